-- A small shop: what most cases copy. All definers are an account that both servers have and that is no SYSTEM_USER.
SET sql_log_bin = 0;
CREATE USER 'shop_owner'@'%' IDENTIFIED BY 'owner';
GRANT ALL ON shop.* TO 'shop_owner'@'%';
SET sql_log_bin = 1;

CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
USE shop;

CREATE TABLE customer (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  email VARCHAR(120) CHARACTER SET latin1,
  balance DECIMAL(14, 4) NOT NULL DEFAULT 0,
  profile JSON,
  created TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  name_upper VARCHAR(100) GENERATED ALWAYS AS (UPPER(name)) STORED,
  KEY (name)
);
CREATE TABLE orders (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id INT UNSIGNED NOT NULL,
  state ENUM('new', 'paid', 'sent') NOT NULL DEFAULT 'new',
  total DOUBLE,
  CONSTRAINT orders_of_customer FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE order_line (
  order_id BIGINT NOT NULL,
  line SMALLINT NOT NULL,
  article VARCHAR(40) NOT NULL,
  amount INT NOT NULL,
  PRIMARY KEY (order_id, line),
  CONSTRAINT lines_of_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
);
CREATE TABLE article (
  code VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci NOT NULL PRIMARY KEY,
  text TEXT,
  image MEDIUMBLOB,
  tags SET('a', 'b', 'c')
);
CREATE TABLE protocol (
  at DATETIME(3) NOT NULL,
  text VARCHAR(200)
);
CREATE TABLE traffic (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  passage BIGINT NOT NULL,
  connection BIGINT NOT NULL
);
CREATE TABLE tick (
  id BINARY(16) NOT NULL PRIMARY KEY,
  server CHAR(36) CHARACTER SET ascii NOT NULL,
  at DATETIME(6) NOT NULL
);

SET SESSION cte_max_recursion_depth = 100000;
INSERT INTO customer (name, email, balance, profile)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
  SELECT CONCAT('Kundin Zoë ', i), CONCAT('k', i, '@example.org'), i / 7, JSON_OBJECT('i', i, 'list', JSON_ARRAY(i, 'ä'))
  FROM n;
-- Leaves room for keys that the traffic moves.
ALTER TABLE customer AUTO_INCREMENT = 2000000;
INSERT INTO orders (customer_id, total) SELECT id, id * 1.5 FROM customer;
INSERT INTO order_line SELECT id, 1, CONCAT('article ', id MOD 50), id MOD 9 FROM orders;
INSERT INTO article
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
  SELECT CONCAT('article ', i), REPEAT('text ', i MOD 30), RANDOM_BYTES(1 + i MOD 700), ELT(1 + i MOD 3, 'a', 'a,c', '')
  FROM n;
INSERT INTO protocol SELECT NOW(3), CONCAT('opened ', id MOD 10) FROM orders LIMIT 500;

CREATE DEFINER = 'shop_owner'@'%' SQL SECURITY INVOKER VIEW open_orders AS SELECT * FROM orders WHERE state = 'new';
CREATE DEFINER = 'shop_owner'@'%' SQL SECURITY INVOKER VIEW open_by_customer AS
  SELECT customer_id, COUNT(*) AS number_of FROM open_orders GROUP BY customer_id;

DELIMITER //
CREATE DEFINER = 'shop_owner'@'%' FUNCTION gross (net DECIMAL(14, 4)) RETURNS DECIMAL(14, 4) DETERMINISTIC
  RETURN net * 1.19 //
CREATE DEFINER = 'shop_owner'@'%' PROCEDURE pay (IN which BIGINT)
BEGIN
  UPDATE orders SET state = 'paid' WHERE id = which;
END //
CREATE DEFINER = 'shop_owner'@'%' TRIGGER order_is_noted AFTER INSERT ON orders FOR EACH ROW
  INSERT INTO protocol VALUES (NOW(3), CONCAT('order ', NEW.id)) //
CREATE DEFINER = 'shop_owner'@'%' EVENT every_second ON SCHEDULE EVERY 1 SECOND DO
  INSERT INTO tick VALUES (UUID_TO_BIN(UUID()), @@server_uuid, NOW(6)) //
CREATE DEFINER = 'shop_owner'@'%' EVENT asleep ON SCHEDULE EVERY 1 DAY DISABLE DO
  DELETE FROM protocol //
DELIMITER ;
