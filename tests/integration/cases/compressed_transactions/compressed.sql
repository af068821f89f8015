-- Small ones, one whose expanded size is beyond what is expanded ahead, DDL in between, plain ones.
SET binlog_transaction_compression = ON;
CALL tool.pay(1, 300);
CREATE TABLE pipe.large (id INT PRIMARY KEY, content LONGTEXT NOT NULL);
INSERT INTO pipe.large
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 300)
    SELECT n, REPEAT(SHA2(n, 256), 1000) FROM number;
UPDATE pipe.large SET content = CONCAT(content, id) WHERE id % 3 = 0;
CALL tool.pay(301, 3000);
SET binlog_transaction_compression = OFF;
CALL tool.pay(3001, 3200);
SET binlog_transaction_compression = ON;
DELETE FROM pipe.large WHERE id % 2 = 0;
CALL tool.pay(3201, 3400);
