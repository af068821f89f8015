-- More than 300,000 rows, made on the server.
SET SESSION cte_max_recursion_depth = 1000000;
USE shop;
INSERT INTO customer (name, email, balance, profile, origin)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
  SELECT CONCAT(ELT(1 + i MOD 4, 'Zoë ', 'Jürgen ', 'Ana ', '李'), i), CONCAT('c', i, '@example', i MOD 7, '.org'),
         i MOD 1000, JSON_OBJECT('level', i MOD 5, 'likes', JSON_ARRAY('tea', i)), ELT(1 + i MOD 3, 'web', 'shop', 'fair')
  FROM n;
-- Leaves room for keys that the traffic moves.
ALTER TABLE customer AUTO_INCREMENT = 2000000;
INSERT INTO product
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
  SELECT CONCAT(ELT(1 + i MOD 3, 'Café ', 'Straße ', 'naïve '), i), CONCAT('Product ', i), 1 + i MOD 500,
         i MOD 16, REPEAT('description ', i MOD 40)
  FROM n;
INSERT INTO orders (id, customer_id, state, placed)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
  SELECT i, 1 + i MOD 30000, 1 + i MOD 4, TIMESTAMP('2026-01-01') + INTERVAL i SECOND FROM n;
CREATE TEMPORARY TABLE numbered (number INT NOT NULL AUTO_INCREMENT PRIMARY KEY, code VARCHAR(40) COLLATE utf8mb4_0900_ai_ci)
  AS SELECT code FROM product;
INSERT INTO order_line (order_id, line, product, amount, price)
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 149999)
  SELECT 1 + i MOD 60000, 1 + i DIV 60000, p.code, 1 + i MOD 9, 1 + i MOD 300
  FROM n JOIN numbered p ON p.number = 1 + i MOD 5000;
DROP TEMPORARY TABLE numbered;
INSERT INTO payment SELECT UUID_TO_BIN(UUID(), 1), id, placed + INTERVAL 1 DAY, id MOD 500 FROM orders WHERE id MOD 2 = 0;
INSERT INTO page_view
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
  SELECT TIMESTAMP('2026-02-01') + INTERVAL i DIV 4 SECOND, NULLIF(i MOD 100, 0), CONCAT('/p/', i MOD 50) FROM n;
INSERT INTO stock SELECT w.code, p.code, LENGTH(p.code) FROM product p, (SELECT 'BER' AS code UNION SELECT 'HAM') w;

USE crm;
INSERT INTO company (id, name, parent)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  SELECT i, CONCAT('Firma Müller ', i), IF(i MOD 10 = 0, i - 1, NULL) FROM n;
INSERT INTO contact (company_id, name, phone)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
  SELECT 1 + i MOD 2000, CONCAT('Größe ', i), CONCAT('+49 ', i) FROM n;
INSERT INTO note SELECT id, 1, CONCAT('Notiz 📝 ', REPEAT('lorem ipsum ', id MOD 20)) FROM contact;
INSERT INTO journal (at, text) VALUES (NOW(3), 'filled');
