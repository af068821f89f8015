-- One passage of writing; @n is its number. Rows are chosen so that several connections meet now and then.
SET @name = CONCAT('Neu ', CONNECTION_ID(), '-', @n);
BEGIN;
INSERT INTO shop.customer (name, balance) VALUES (@name, @n);
SET @customer = LAST_INSERT_ID();
INSERT INTO shop.orders (customer_id, total) VALUES (@customer, @n);
INSERT INTO shop.order_line VALUES (LAST_INSERT_ID(), 1, 'x', 1), (LAST_INSERT_ID(), 2, 'y', 2);
COMMIT;
UPDATE shop.customer SET balance = balance + 1, profile = JSON_OBJECT('n', @n) WHERE id = 1 + @n MOD 4000;
UPDATE shop.customer SET id = id - 1000000 WHERE id = @customer AND @n MOD 3 = 0;
DELETE FROM shop.customer WHERE id = @customer AND @n MOD 5 = 1;
DELETE FROM shop.protocol WHERE text = CONCAT('opened ', @n MOD 10) LIMIT 1;
REPLACE INTO shop.article (code, text) VALUES (CONCAT('article ', @n MOD 100), @name);
INSERT INTO shop.traffic (passage, connection) VALUES (@n, CONNECTION_ID());
