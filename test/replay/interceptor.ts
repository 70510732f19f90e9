/** Built into the bundle of the replay tests: tells what a replayed workflow hands to each activity, for the SDK compares only names. */
import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

export interface HandedOver extends Sinks {
  readonly handedOver: { activity(name: string, args: unknown[]): void };
}

const { handedOver } = proxySinks<HandedOver>();

export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        handedOver.activity(input.activityType, input.args);
        return next(input);
      },
    },
  ],
});
