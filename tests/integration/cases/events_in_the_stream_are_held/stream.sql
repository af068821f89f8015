USE shop;
CREATE DEFINER = 'shop_owner'@'%' EVENT young ON SCHEDULE EVERY 1 HOUR DO DELETE FROM protocol WHERE text = 'never';
ALTER DEFINER = 'shop_owner'@'%' EVENT young ON SCHEDULE EVERY 5 MINUTE COMMENT 'changed';
ALTER DEFINER = 'shop_owner'@'%' EVENT young RENAME TO renamed;
CREATE DEFINER = 'shop_owner'@'%' EVENT short_lived ON SCHEDULE EVERY 1 SECOND DO INSERT INTO protocol VALUES (NOW(3), 'short');
DROP EVENT short_lived;
INSERT INTO protocol VALUES (NOW(3), 'after the event statements');
