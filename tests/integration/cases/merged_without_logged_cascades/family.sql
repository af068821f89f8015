CREATE DATABASE merge;
CREATE DATABASE tool;
USE merge;
CREATE TABLE parent (id INT PRIMARY KEY);
CREATE TABLE child (id INT PRIMARY KEY, p INT NOT NULL, n INT NOT NULL,
  CONSTRAINT child_of FOREIGN KEY (p) REFERENCES parent (id) ON UPDATE CASCADE);
CREATE TABLE counter (id INT PRIMARY KEY, n INT NOT NULL);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1, 1, 0);
INSERT INTO counter VALUES (1, 0);
DELIMITER //
CREATE PROCEDURE tool.change(from_id INT, to_id INT)
BEGIN
  DECLARE i INT DEFAULT 0;
  START TRANSACTION;
  UPDATE merge.child SET n = 1 WHERE id = 1;
  UPDATE merge.parent SET id = to_id WHERE id = from_id;
  UPDATE merge.child SET n = 2 WHERE id = 1;
  WHILE i < 50 DO
    UPDATE merge.counter SET n = n + 1 WHERE id = 1;
    SET i = i + 1;
  END WHILE;
  UPDATE merge.child SET n = IF(to_id = 100, 3, 2) WHERE id = 1;
  COMMIT;
END //
DELIMITER ;
