-- The scheduler is off, so that the contents stay comparable after the events are released; a case that wants to see
-- them run turns it on.
SET sql_log_bin = 0;
CREATE USER 'shop_owner'@'%' IDENTIFIED BY 'owner';
GRANT ALL ON shop.* TO 'shop_owner'@'%';
SET GLOBAL event_scheduler = OFF;
