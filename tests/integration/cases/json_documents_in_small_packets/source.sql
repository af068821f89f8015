CREATE DATABASE shop;
USE shop;
SET SESSION cte_max_recursion_depth = 10000;
-- Rows that overfill a statement of 1 MiB while documents wait to be staged for it; and many staged documents at once.
CREATE TABLE mixed (id INT PRIMARY KEY, j JSON, t LONGTEXT);
INSERT INTO mixed
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
SELECT i, JSON_OBJECT('d', DATE '2001-02-03' + INTERVAL i DAY, 'pad', REPEAT('j', IF(i % 3 = 0, 400000, 1000))),
       REPEAT('t', IF(i % 2 = 0, 500000, 10)) FROM n;
