-- The client sends this file in latin1. Another definer, SQL mode and time zone, and a body in that character set.
SET NAMES latin1;
SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT', SESSION time_zone = 'America/New_York';
USE crm;
CREATE DEFINER = 'demo_reporter'@'localhost' EVENT "foreign" ON SCHEDULE EVERY 1 HOUR STARTS '2026-01-01 00:30:00'
  ON COMPLETION PRESERVE COMMENT 'Größe' DO
  INSERT INTO "event_run" VALUES (UUID_TO_BIN(UUID()), 'foreign', @@server_uuid, NOW(6), 'für ' || 'Süd');
