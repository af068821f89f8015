UPDATE shop.stock SET amount = amount + 1, note = CONCAT('passage ', @n) WHERE id = 1 + @n % 500;
INSERT INTO shop.protocol (what, payload) VALUES (JSON_OBJECT('n', @n), RANDOM_BYTES(1 + @n % 1000));
DELETE FROM shop.protocol WHERE id = @n - 400;
INSERT INTO shop.protocol (what, payload) VALUES (NULL, REPEAT('x', IF(@n % 200 = 7, 3000000, 10)));
