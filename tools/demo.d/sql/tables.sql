-- The demo's tables: two databases. Definers are accounts that both servers have and that are no SYSTEM_USER.
CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
CREATE DATABASE crm CHARACTER SET latin1 COLLATE latin1_german1_ci;

USE shop;
CREATE TABLE customer (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(80) NOT NULL,
  email VARCHAR(120) NOT NULL,
  balance DECIMAL(14, 2) NOT NULL DEFAULT 0,
  profile JSON,
  since TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  changed TIMESTAMP(6) NULL ON UPDATE CURRENT_TIMESTAMP(6),
  name_folded VARCHAR(80) GENERATED ALWAYS AS (LOWER(name)) STORED,
  domain VARCHAR(120) GENERATED ALWAYS AS (SUBSTRING_INDEX(email, '@', -1)) VIRTUAL,
  origin VARCHAR(20) NOT NULL DEFAULT 'web' INVISIBLE,
  KEY by_name (name_folded),
  KEY by_domain (domain)
);
-- The key is compared without accents and case: 'Café 1' and 'cafe 1' are one product.
CREATE TABLE product (
  code VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci NOT NULL PRIMARY KEY,
  title VARCHAR(200) NOT NULL,
  price DECIMAL(10, 2) NOT NULL,
  tags SET('new', 'sale', 'heavy', 'fragile') NOT NULL DEFAULT '',
  description TEXT
);
CREATE TABLE orders (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id INT UNSIGNED NOT NULL,
  state ENUM('new', 'paid', 'sent', 'returned') NOT NULL DEFAULT 'new',
  placed DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  KEY by_state (state, placed),
  CONSTRAINT orders_of_customer FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE order_line (
  order_id BIGINT NOT NULL,
  line SMALLINT UNSIGNED NOT NULL,
  product VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci NULL,
  amount INT NOT NULL,
  price DECIMAL(10, 2) NOT NULL,
  total DECIMAL(14, 2) GENERATED ALWAYS AS (amount * price) STORED,
  PRIMARY KEY (order_id, line),
  CONSTRAINT lines_of_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  CONSTRAINT product_of_line FOREIGN KEY (product) REFERENCES product (code) ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE TABLE payment (
  id BINARY(16) NOT NULL PRIMARY KEY,
  order_id BIGINT NOT NULL,
  paid DATETIME(3) NOT NULL,
  amount DECIMAL(14, 2) NOT NULL,
  CONSTRAINT payments_of_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
);
-- No primary key and no unique one.
CREATE TABLE page_view (
  at DATETIME(3) NOT NULL,
  customer_id INT UNSIGNED NULL,
  path VARCHAR(200) NOT NULL,
  KEY by_time (at)
);
CREATE TABLE stock (
  warehouse CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  product VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci NOT NULL,
  amount INT NOT NULL,
  PRIMARY KEY (warehouse, product)
);

USE crm;
CREATE TABLE company (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  parent INT NULL,
  UNIQUE KEY (name),
  CONSTRAINT parent_company FOREIGN KEY (parent) REFERENCES company (id) ON DELETE SET NULL
);
CREATE TABLE contact (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  company_id INT NULL,
  name VARCHAR(100) NOT NULL COMMENT 'in latin1: äöüß',
  phone VARCHAR(30),
  CONSTRAINT contacts_of_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
);
CREATE TABLE note (
  contact_id INT NOT NULL,
  number INT NOT NULL,
  text MEDIUMTEXT CHARACTER SET utf8mb4,
  PRIMARY KEY (contact_id, number),
  CONSTRAINT notes_of_contact FOREIGN KEY (contact_id) REFERENCES contact (id) ON DELETE CASCADE ON UPDATE CASCADE
);
-- What the events write to: under keys of their own, with the server they ran on.
CREATE TABLE event_run (
  id BINARY(16) NOT NULL PRIMARY KEY,
  event VARCHAR(64) NOT NULL,
  server CHAR(36) CHARACTER SET ascii NOT NULL,
  at DATETIME(6) NOT NULL,
  text VARCHAR(100)
);
CREATE TABLE journal (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at DATETIME(3) NOT NULL,
  text VARCHAR(200) NOT NULL
);
