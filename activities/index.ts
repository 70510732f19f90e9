export declare function createActivities(deps: unknown): { record(batch: import('../contracts/views').RecordBatch): Promise<void> };
