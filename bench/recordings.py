"""What the recordings are made of: procedures that write to a MySQL 9.7 server, and so to its binlog."""

# Each workload is a procedure that writes `rounds` transactions or a little more.
SYSBENCH_TABLES = 4
SYSBENCH_ROWS = 20_000


def sysbench_table(number: int) -> str:
    return f"""
CREATE TABLE sbtest{number} (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL DEFAULT 0,
    c CHAR(120) NOT NULL DEFAULT '', pad CHAR(60) NOT NULL DEFAULT '', KEY (k)) CHARACTER SET latin1
@
INSERT INTO sbtest{number} (k, c, pad)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {SYSBENCH_ROWS})
    SELECT CRC32(i) % {SYSBENCH_ROWS}, LEFT(REPEAT(SHA2(i, 256), 2), 119), LEFT(SHA2(-i, 256), 59) FROM n
"""


# RAND() in a WHERE clause would be drawn for each row.
SOME_ID = f"1 + FLOOR(RAND() * {SYSBENCH_ROWS})"

# The statements of sysbench's oltp_write_only, with its distribution replaced by an even one.
OLTP_WRITE_ONLY = "CREATE PROCEDURE sysbench(rounds INT) BEGIN\nWHILE rounds > 0 DO CASE rounds % 4\n" + "".join(
    f"""WHEN {n} THEN START TRANSACTION;
    SET @id = {SOME_ID};
    UPDATE sbtest{n} SET k = k + 1 WHERE id = @id;
    SET @id = {SOME_ID};
    UPDATE sbtest{n} SET c = LEFT(REPEAT(SHA2(RAND(), 256), 2), 119) WHERE id = @id;
    SET @id = {SOME_ID};
    DELETE FROM sbtest{n} WHERE id = @id;
    INSERT INTO sbtest{n} VALUES (@id, FLOOR(RAND() * {SYSBENCH_ROWS}), LEFT(REPEAT(SHA2(@id, 256), 2), 119),
                                  LEFT(SHA2(RAND(), 256), 59));
    COMMIT;
""" for n in range(SYSBENCH_TABLES)) + "END CASE; SET rounds = rounds - 1; END WHILE; END"

ONE_ROW_UPDATES = f"""
CREATE PROCEDURE one_row_updates(rounds INT) BEGIN
    WHILE rounds > 0 DO
        SET @id = {SOME_ID};
        UPDATE sbtest0 SET k = k + 1 WHERE id = @id;
        SET rounds = rounds - 1;
    END WHILE;
END
"""

SMALL_TRANSACTIONS = """
CREATE TABLE counters (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, owner INT NOT NULL, amount INT NOT NULL)
@
CREATE PROCEDURE small_transactions(rounds INT) BEGIN
    WHILE rounds > 0 DO
        INSERT INTO counters (owner, amount) VALUES (FLOOR(RAND() * 100000), rounds);
        SET rounds = rounds - 1;
    END WHILE;
END
"""

# 100 columns of ten types, every tenth of those that may be NULL is; 200 rows a transaction.
WIDE_TYPES = ["INT NOT NULL", "BIGINT", "VARCHAR(40)", "DECIMAL(18,4)", "DATETIME(3)", "TINYINT NOT NULL",
              "CHAR(20) CHARACTER SET latin1", "DOUBLE", "ENUM('a','b','c')", "TIMESTAMP(6) NULL"]
WIDE_VALUES = ["id * 7 + {n}", "id * 1000003 + {n}", "LEFT(SHA2(id + {n}, 256), 4 + {n} % 20)", "id / 7 + {n}",
               "'2024-02-29 12:00:00' + INTERVAL id + {n} SECOND", "{n}", "LEFT(SHA2(id + {n}, 256), 12)", "id * 1.5 + {n}",
               "1 + id % 3", "'2024-02-29 12:00:00' + INTERVAL id SECOND"]
WIDE_COLUMNS = 100
INTEGER_COLUMNS = 20


def wide_value(column: int) -> str:
    value = WIDE_VALUES[column % 10].format(n=column)
    return value if "NOT NULL" in WIDE_TYPES[column % 10] else f"IF((id + {column}) % 10 = 0, NULL, {value})"


WIDE_ROWS = f"""
CREATE TABLE wide (id INT NOT NULL PRIMARY KEY, {", ".join(f"c{n} {WIDE_TYPES[n % 10]}" for n in range(WIDE_COLUMNS))})
@
CREATE TABLE numbers (id INT NOT NULL PRIMARY KEY) AS
    WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 200) SELECT id FROM n
@
CREATE PROCEDURE wide_rows(rounds INT) BEGIN
    WHILE rounds > 0 DO
        START TRANSACTION;
        DELETE FROM wide;
        INSERT INTO wide SELECT id, {", ".join(wide_value(n) for n in range(WIDE_COLUMNS))}
            FROM numbers;
        UPDATE wide SET c0 = c0 + rounds, c1 = rounds;
        COMMIT;
        SET rounds = rounds - 1;
    END WHILE;
END
"""

INTEGERS = f"""
CREATE TABLE facts (id INT NOT NULL PRIMARY KEY, {", ".join(f"i{n} INT NOT NULL" for n in range(INTEGER_COLUMNS))})
@
CREATE TABLE IF NOT EXISTS numbers (id INT NOT NULL PRIMARY KEY) AS
    WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 200) SELECT id FROM n
@
CREATE PROCEDURE integers(rounds INT) BEGIN
    WHILE rounds > 0 DO
        DELETE FROM facts;
        INSERT INTO facts SELECT id, {", ".join(f"id * {n + 1} + rounds" for n in range(INTEGER_COLUMNS))} FROM numbers;
        SET rounds = rounds - 1;
    END WHILE;
END
"""

JSON_HEAVY = """
CREATE TABLE documents (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, owner INT NOT NULL, document JSON)
@
CREATE PROCEDURE json_heavy(rounds INT) BEGIN
    DECLARE items JSON;
    DECLARE i INT;
    WHILE rounds > 0 DO
        SET items = JSON_ARRAY(), i = 0;
        WHILE i < 12 DO
            SET items = JSON_ARRAY_APPEND(items, '$', JSON_OBJECT('sku', LEFT(SHA2(RAND(), 256), 12), 'quantity', i,
                'price', CAST(RAND() * 1000 AS DECIMAL(10,2)), 'weight', RAND(), 'gift', rounds % 2 = 0,
                'note', REPEAT(LEFT(SHA2(i, 256), 32), i % 3)));
            SET i = i + 1;
        END WHILE;
        START TRANSACTION;
        INSERT INTO documents (owner, document) VALUES (rounds, JSON_OBJECT('order', rounds, 'at', NOW(6),
            'customer', JSON_OBJECT('name', LEFT(SHA2(rounds, 256), 32), 'city', 'Zürich', 'tags', JSON_ARRAY('a', 'b', NULL, TRUE)),
            'items', items));
        UPDATE documents SET document = JSON_SET(document, '$.state', 'paid', '$.items[3].quantity', 7)
            WHERE id = LAST_INSERT_ID();
        COMMIT;
        SET rounds = rounds - 1;
    END WHILE;
END
"""

BLOB_HEAVY = """
CREATE TABLE files (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL, content LONGBLOB NOT NULL)
@
CREATE PROCEDURE blob_heavy(rounds INT) BEGIN
    WHILE rounds > 0 DO
        INSERT INTO files (name, content) VALUES (LEFT(SHA2(rounds, 256), 32),
            REPEAT(RANDOM_BYTES(1024), 4 << (rounds % 6)));
        SET rounds = rounds - 1;
    END WHILE;
END
"""

# Name, what makes it, procedure, rounds between two looks at the size.
WORKLOADS = [("sysbench", OLTP_WRITE_ONLY, 100), ("one_row_updates", ONE_ROW_UPDATES, 500),
              ("small_transactions", SMALL_TRANSACTIONS, 500), ("wide_rows", WIDE_ROWS, 1),
              ("integers", INTEGERS, 20),
              ("json_heavy", JSON_HEAVY, 50), ("blob_heavy", BLOB_HEAVY, 6)]


def execute(cursor, statements: str) -> None:
    for statement in statements.split("\n@\n"):
        cursor.execute(statement)


def prepare(cursor) -> None:
    cursor.execute("CREATE DATABASE bench")
    cursor.execute("USE bench")
    cursor.execute(f"SET SESSION cte_max_recursion_depth = {SYSBENCH_ROWS}")
    for number in range(SYSBENCH_TABLES):
        execute(cursor, sysbench_table(number))
