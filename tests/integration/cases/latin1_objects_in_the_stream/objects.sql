SET NAMES latin1;
USE shop;
CREATE DEFINER = 'shop_owner'@'%' PROCEDURE `pé` (IN `paré` INT) COMMENT 'é' SELECT 'é', `paré`;
CREATE DEFINER = 'shop_owner'@'%' FUNCTION `fé` () RETURNS VARCHAR(10) DETERMINISTIC RETURN 'é';
CREATE DEFINER = 'shop_owner'@'%' VIEW `vé` AS SELECT name AS `spalté` FROM customer WHERE name <> 'é';
CREATE DEFINER = 'shop_owner'@'%' TRIGGER `té` BEFORE INSERT ON article FOR EACH ROW SET NEW.text = CONCAT(NEW.text, 'é');
CREATE DEFINER = 'shop_owner'@'%' EVENT `eé` ON SCHEDULE EVERY 1 DAY DISABLE COMMENT 'é' DO SELECT 'é';
