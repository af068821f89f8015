-- A transaction that is applied twice is in the ledger twice. The procedure stays on the source.
CREATE DATABASE pipe;
CREATE TABLE pipe.ledger (n INT NOT NULL) ENGINE=InnoDB;
CREATE TABLE pipe.account (id INT PRIMARY KEY, amount INT NOT NULL) ENGINE=InnoDB;
CREATE TABLE pipe.special (id INT PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB;
INSERT INTO pipe.account VALUES (0,0), (1,0), (2,0), (3,0), (4,0), (5,0), (6,0);
INSERT INTO pipe.special VALUES (1, 0);
CREATE DATABASE tool;
DELIMITER //
CREATE PROCEDURE tool.pay(first INT, last INT)
BEGIN
    WHILE first <= last DO
        START TRANSACTION;
        INSERT INTO pipe.ledger VALUES (first);
        UPDATE pipe.account SET amount = amount + first WHERE id = first % 7;
        IF first % 100 = 0 THEN UPDATE pipe.special SET n = first WHERE id = 1; END IF;
        COMMIT;
        SET first = first + 1;
    END WHILE;
END//
