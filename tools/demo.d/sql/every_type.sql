-- Every column type of MySQL at least once.
USE crm;
CREATE TABLE every_type (
  id SERIAL,
  t_tinyint TINYINT, t_tinyint_u TINYINT UNSIGNED, t_bool BOOLEAN,
  t_smallint SMALLINT, t_smallint_u SMALLINT UNSIGNED,
  t_mediumint MEDIUMINT, t_mediumint_u MEDIUMINT UNSIGNED,
  t_int INT, t_int_u INT UNSIGNED, t_int_z INT(8) UNSIGNED ZEROFILL,
  t_bigint BIGINT, t_bigint_u BIGINT UNSIGNED,
  t_decimal DECIMAL(65, 30), t_decimal_small DECIMAL(5, 2), t_numeric NUMERIC(20, 0),
  t_float FLOAT, t_double DOUBLE, t_real REAL,
  t_bit1 BIT(1), t_bit17 BIT(17), t_bit64 BIT(64),
  t_date DATE, t_year YEAR,
  t_time TIME, t_time3 TIME(3), t_time6 TIME(6),
  t_datetime DATETIME, t_datetime2 DATETIME(2), t_datetime6 DATETIME(6),
  t_timestamp TIMESTAMP NULL, t_timestamp4 TIMESTAMP(4) NULL, t_timestamp6 TIMESTAMP(6) NULL,
  t_char CHAR(20), t_char_utf16 CHAR(10) CHARACTER SET utf16, t_nchar NCHAR(10),
  t_varchar VARCHAR(200), t_varchar_utf8mb4 VARCHAR(300) CHARACTER SET utf8mb4, t_nvarchar NVARCHAR(20),
  t_binary BINARY(8), t_varbinary VARBINARY(300),
  t_tinyblob TINYBLOB, t_blob BLOB, t_mediumblob MEDIUMBLOB, t_longblob LONGBLOB,
  t_tinytext TINYTEXT, t_text TEXT CHARACTER SET utf8mb4, t_mediumtext MEDIUMTEXT, t_longtext LONGTEXT,
  t_enum ENUM('kürzer', 'länger', 'gleich'), t_set SET('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'),
  t_json JSON,
  t_geometry GEOMETRY, t_point POINT SRID 4326, t_linestring LINESTRING, t_polygon POLYGON,
  t_multipoint MULTIPOINT, t_multilinestring MULTILINESTRING, t_multipolygon MULTIPOLYGON,
  t_geometrycollection GEOMETRYCOLLECTION,
  t_vector VECTOR(4),
  PRIMARY KEY (id)
);
SET @shapes = 'GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1),POLYGON((0 0,0 3,3 3,0 0)))';
SET SESSION cte_max_recursion_depth = 10000;
INSERT INTO every_type
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
  SELECT NULL,
    i MOD 256 - 128, i MOD 256, i MOD 2,
    i * 20 - 30000, i * 20, i * 2700 - 8000000, i * 5500,
    i * 1400000 - 2100000000, i * 1400000, i,
    -9223372036854775808 + i, 18446744073709551615 - i,
    CAST(CONCAT(IF(i MOD 2, '-', ''), '12345678901234567890123456789012345.', LPAD(i, 30, '9')) AS DECIMAL(65, 30)),
    i / 10 MOD 999, i * 1000000007,
    i / 3, EXP(i MOD 700), -1 / i,
    i MOD 2, i MOD 131072, ~0 - i,
    DATE('1000-01-01') + INTERVAL i DAY, 1901 + i MOD 255,
    SEC_TO_TIME(i * 500 - 700000), SEC_TO_TIME(-i) + INTERVAL 0.123 SECOND, SEC_TO_TIME(i * 3.141592),
    TIMESTAMP('9999-12-31 23:59:59') - INTERVAL i HOUR, TIMESTAMP('2000-02-29 12:34:56.78') + INTERVAL i MINUTE,
    TIMESTAMP('1969-12-31 23:59:59.999999') + INTERVAL i DAY,
    TIMESTAMP('1970-01-02 00:00:01') + INTERVAL i DAY, TIMESTAMP('2037-01-01 00:00:00.1234') - INTERVAL i HOUR,
    TIMESTAMP('2024-03-31 01:59:59.999999') + INTERVAL i SECOND,
    CONCAT('Gruß ', i), CONCAT('✓', i MOD 99999), CONCAT('n', i),
    REPEAT('é', i MOD 200), CONCAT(REPEAT('🐟', i MOD 50), i), CONCAT('v', i),
    UNHEX(LPAD(HEX(i * 256), 10, '0')), RANDOM_BYTES(1 + i MOD 300),
    RANDOM_BYTES(1 + i MOD 255), RANDOM_BYTES(1 + i MOD 900), RANDOM_BYTES(1 + i MOD 1000), RANDOM_BYTES(1 + i MOD 500),
    REPEAT('t', i MOD 256), REPEAT('Ж', i MOD 400), REPEAT('m', i MOD 900), REPEAT('long ', i MOD 300),
    1 + i MOD 3, i MOD 512,
    JSON_OBJECT('i', i, 'pi', PI() * i, 'wide', 18446744073709551615, 'none', NULL, 'list',
                JSON_ARRAY(i, 'ä', TRUE, JSON_OBJECT('at', TIMESTAMP('2020-01-01') + INTERVAL i SECOND)),
                'd', CAST(i / 7 AS DECIMAL(20, 10)), 'blank', ''),
    ST_GeomFromText(IF(i MOD 2, 'POINT(1 1)', @shapes)), ST_SRID(POINT(i MOD 180, i MOD 90), 4326),
    ST_GeomFromText(CONCAT('LINESTRING(0 0,', i, ' 1,2 ', i, ')')),
    ST_GeomFromText(CONCAT('POLYGON((0 0,0 ', i, ',', i, ' ', i, ',0 0),(1 1,1 2,2 2,1 1))')),
    ST_GeomFromText(CONCAT('MULTIPOINT((', i, ' 1),(2 3))')), ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3,4 4))'),
    ST_GeomFromText('MULTIPOLYGON(((0 0,0 3,3 3,0 0)),((5 5,5 6,6 6,5 5)))'), ST_GeomFromText(@shapes),
    STRING_TO_VECTOR(CONCAT('[', i, ',', i / 3, ',-1.5,1e-', i MOD 30, ']'))
  FROM n;
-- Rows of nothing, of zero and of the empty.
INSERT INTO every_type (id) VALUES (NULL), (NULL);
INSERT INTO every_type (t_tinyint, t_decimal, t_float, t_bit64, t_char, t_varchar, t_blob, t_text, t_set, t_json, t_binary,
                        t_time, t_timestamp, t_year)
  VALUES (0, 0, -0.0, 0, '', '', '', '', '', 'null', '', '-838:59:59', '1970-01-01 12:00:01', 0);
