CREATE DATABASE shop;
USE shop;
SET SESSION cte_max_recursion_depth = 10000;

CREATE TABLE documents (id INT PRIMARY KEY, j JSON, text_only JSON NOT NULL);
INSERT INTO documents
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
SELECT i,
       IF(i % 50 = 0, NULL,
          JSON_OBJECT('date', DATE '2000-01-01' + INTERVAL i DAY,
                      'time', SEC_TO_TIME(i * 700 - 1000000),
                      'at', TIMESTAMP '2020-02-29 12:13:14.000001' + INTERVAL i SECOND,
                      'unsigned', CAST(i AS UNSIGNED),
                      'signed', CAST(i * 5000000000 AS SIGNED),
                      'price', CAST(i * 1.25 AS DECIMAL(30, 10)),
                      'real', i * 1.25e0,
                      'bytes', UNHEX(SHA2(i, 512)),
                      'bits', CAST(b'101' AS BINARY(3)),
                      'nothing', NULL,
                      'yes', i % 2 = 0,
                      'text', CONCAT('it''s "', i, '" \\ ä 🐬'),
                      'nested', JSON_ARRAY(1, JSON_OBJECT('d', DATE '2001-02-03', 'a', JSON_ARRAY()), -1, TIME '01:02:03'))),
       JSON_OBJECT('i', i, 'name', CONCAT('n', i), 'list', JSON_ARRAY(true, null, 1.5e0))
FROM n;
-- Scalars, an exact time stamp column, a document above 64 KiB and one above a statement's size.
CREATE TABLE stamps (at TIMESTAMP(3) NOT NULL);
INSERT INTO stamps VALUES ('2021-01-02 03:04:05.678');
INSERT INTO documents SELECT 4001, CAST(DATE '2022-02-22' AS JSON), CAST('"2022-02-22"' AS JSON);
INSERT INTO documents SELECT 4002, CAST(CAST(7 AS UNSIGNED) AS JSON), '7';
INSERT INTO documents SELECT 4003, JSON_OBJECT('at', at), '{}' FROM stamps;
INSERT INTO documents SELECT 4004, JSON_ARRAY(REPEAT('x', 70000), DATE '2022-02-22', JSON_OBJECT('k', -1)), '[]';
INSERT INTO documents SELECT 4005, JSON_OBJECT('k', REPEAT('y', 3000000), 'd', DATE '2022-02-22'), '[]';

CREATE TABLE keyless (j JSON);
INSERT INTO keyless SELECT j FROM documents WHERE id <= 200;
