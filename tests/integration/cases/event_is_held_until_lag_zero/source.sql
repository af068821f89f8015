-- Each run of the event writes rows under a key of its own, and says on which server it ran.
SET sql_log_bin = 0;
CREATE USER 'shop_owner'@'%' IDENTIFIED BY 'owner';
GRANT ALL ON shop.* TO 'shop_owner'@'%';
SET sql_log_bin = 1;
CREATE DATABASE shop;
USE shop;
CREATE TABLE account (id INT PRIMARY KEY, balance DECIMAL(20, 6) NOT NULL);
INSERT INTO account VALUES (1, 100), (2, 200), (3, 300);
CREATE TABLE interest (id BINARY(16) PRIMARY KEY, account INT NOT NULL, server CHAR(36) NOT NULL, amount DECIMAL(20, 6));
CREATE TABLE mark (id INT PRIMARY KEY);
CREATE DEFINER = 'shop_owner'@'%' EVENT credit_interest ON SCHEDULE EVERY 1 SECOND DO
  INSERT INTO interest SELECT UUID_TO_BIN(UUID()), id, @@server_uuid, balance / 100 FROM account;
