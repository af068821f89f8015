SET @kill = CONCAT('KILL ', IS_USED_LOCK('penstock:stale_owner_writes_nothing'));
PREPARE kill_it FROM @kill;
EXECUTE kill_it;
