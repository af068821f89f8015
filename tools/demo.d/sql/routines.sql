-- Views, routines and triggers.
USE shop;
CREATE DEFINER = 'demo_owner'@'%' SQL SECURITY DEFINER VIEW open_order AS
  SELECT o.id, o.customer_id, o.placed FROM orders o WHERE o.state IN ('new', 'paid');
CREATE DEFINER = 'demo_owner'@'%' SQL SECURITY INVOKER VIEW customers_with_open_orders AS
  SELECT c.name, COUNT(*) AS open_orders FROM open_order v JOIN customer c ON c.id = v.customer_id GROUP BY c.name;
DELIMITER //
CREATE DEFINER = 'demo_owner'@'%' FUNCTION gross (net DECIMAL(14, 2)) RETURNS DECIMAL(14, 2) DETERMINISTIC
  COMMENT 'with 19 % tax'
BEGIN
  RETURN ROUND(net * 1.19, 2);
END //
CREATE DEFINER = 'demo_owner'@'%' PROCEDURE pay_order (IN which BIGINT, IN sum DECIMAL(14, 2)) MODIFIES SQL DATA
BEGIN
  UPDATE orders SET state = 'paid' WHERE id = which;
  INSERT INTO payment SELECT UUID_TO_BIN(UUID(), 1), id, NOW(3), gross(sum) FROM orders WHERE id = which;
END //
CREATE DEFINER = 'demo_owner'@'%' TRIGGER order_takes_stock AFTER INSERT ON order_line FOR EACH ROW
  UPDATE stock SET amount = amount - NEW.amount WHERE warehouse = 'BER' AND product = NEW.product //
CREATE DEFINER = 'demo_owner'@'%' TRIGGER balance_is_noted BEFORE UPDATE ON customer FOR EACH ROW
BEGIN
  IF NEW.balance <> OLD.balance THEN
    INSERT INTO crm.journal (at, text) VALUES (NOW(3), CONCAT('balance of ', OLD.id));
  END IF;
END //
DELIMITER ;
