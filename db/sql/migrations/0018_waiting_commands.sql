-- How many deferred acts wait for one case is asked with every act on it (db/case/cases.ts).
CREATE INDEX commands_waiting ON commands (case_number) WHERE status = 'pending';
