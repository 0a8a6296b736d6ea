-- What a device calls its version is held to a form since (shared/contract/mqtt/reported.ts). A report of before that does not have it is one that nobody could read any more; the device says it anew.
update device set reported = null where reported ->> 'agentVersion' !~ '^[A-Za-z0-9_.+-]{1,40}$';
