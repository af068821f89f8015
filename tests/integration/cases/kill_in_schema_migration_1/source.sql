CREATE DATABASE many;
USE many;
DELIMITER //
CREATE PROCEDURE mysql.make_many ()
BEGIN
  DECLARE i INT DEFAULT 0;
  WHILE i < 400 DO
    SET @text = CONCAT('CREATE TABLE many.t', i, ' (id INT PRIMARY KEY, v VARCHAR(20), KEY (v))');
    PREPARE made FROM @text;
    EXECUTE made;
    SET @text = CONCAT('INSERT INTO many.t', i, ' VALUES (1, ''one''), (2, ''two'')');
    PREPARE made FROM @text;
    EXECUTE made;
    SET i = i + 1;
  END WHILE;
END //
DELIMITER ;
SET GLOBAL sync_binlog = 0, GLOBAL innodb_flush_log_at_trx_commit = 0;
CALL mysql.make_many();
SET GLOBAL sync_binlog = 1, GLOBAL innodb_flush_log_at_trx_commit = 1;
DROP PROCEDURE mysql.make_many;
