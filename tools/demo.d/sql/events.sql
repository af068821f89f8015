-- Seven of the eight events; the eighth is created, altered and renamed in the stream. @soon: when something falls due
-- while the gate holds.
USE crm;
SET @soon = NOW() + INTERVAL @due_in_seconds SECOND;
DELIMITER //
CREATE DEFINER = 'demo_owner'@'%' EVENT each_second ON SCHEDULE EVERY 1 SECOND COMMENT 'the pulse' DO
  INSERT INTO event_run VALUES (UUID_TO_BIN(UUID()), 'each_second', @@server_uuid, NOW(6), NULL) //
CREATE DEFINER = 'demo_owner'@'%' EVENT each_minute ON SCHEDULE EVERY 1 MINUTE DO
BEGIN
  INSERT INTO event_run VALUES (UUID_TO_BIN(UUID()), 'each_minute', @@server_uuid, NOW(6), NULL);
  UPDATE shop.customer SET balance = balance * 1.001 WHERE id < 100;
END //
CREATE DEFINER = 'demo_owner'@'%' EVENT one_shot ON SCHEDULE AT @soon DO
  INSERT INTO event_run VALUES (UUID_TO_BIN(UUID()), 'one_shot', @@server_uuid, NOW(6), NULL) //
CREATE DEFINER = 'demo_owner'@'%' EVENT one_shot_kept ON SCHEDULE AT @soon ON COMPLETION PRESERVE DO
  INSERT INTO event_run VALUES (UUID_TO_BIN(UUID()), 'one_shot_kept', @@server_uuid, NOW(6), NULL) //
CREATE DEFINER = 'demo_owner'@'%' EVENT asleep ON SCHEDULE EVERY 1 WEEK DISABLE DO
  DELETE FROM journal //
CREATE DEFINER = 'demo_owner'@'%' EVENT ending ON SCHEDULE EVERY 2 SECOND ENDS @soon DO
  INSERT INTO event_run VALUES (UUID_TO_BIN(UUID()), 'ending', @@server_uuid, NOW(6), NULL) //
DELIMITER ;
