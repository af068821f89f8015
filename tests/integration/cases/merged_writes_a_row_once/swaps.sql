CREATE DATABASE merge;
CREATE DATABASE tool;
USE merge;
CREATE TABLE counter (id INT PRIMARY KEY, n INT NOT NULL);
CREATE TABLE seat (id INT PRIMARY KEY, guest VARCHAR(20) COLLATE utf8mb4_0900_bin, UNIQUE KEY (guest));
CREATE TABLE note (text VARCHAR(20));
INSERT INTO counter VALUES (1, 0);
INSERT INTO seat VALUES (1, 'Ada'), (2, 'Bo');
DELIMITER //
CREATE PROCEDURE tool.change()
BEGIN
  DECLARE i INT DEFAULT 0;
  START TRANSACTION;
  WHILE i < 100 DO
    UPDATE merge.counter SET n = n + 1 WHERE id = 1;
    SET i = i + 1;
  END WHILE;
  UPDATE merge.seat SET guest = NULL WHERE id = 1;
  UPDATE merge.seat SET guest = 'Ada' WHERE id = 2;
  UPDATE merge.seat SET guest = 'Bo' WHERE id = 1;
  INSERT INTO merge.counter VALUES (2, 0);
  DELETE FROM merge.counter WHERE id = 2;
  INSERT INTO merge.note VALUES ('a'), ('b');
  COMMIT;
END //
DELIMITER ;
