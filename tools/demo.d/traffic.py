"""Write traffic on the source: several connections with all kinds of row changes, and one with DDL.

Which operation comes next is drawn from a seed; how connections interleave is up to the server.
"""

import random
import threading
import time

import pymysql

CONNECTIONS = 3
KEPT_ROUNDS = 4
DEADLOCK_ERRORS = (1205, 1213)


class Traffic:
    """Starts at once; ends after `seconds`, or with `stop`."""

    def __init__(self, server, seed: int, seconds: float) -> None:
        self.operations = 0
        self.retries = 0
        self.seconds = 0.0
        self._server = server
        self._begin = time.monotonic()
        self._end = self._begin + seconds
        self._ended = threading.Event()
        self._alter_allowed = threading.Event()
        self._lock = threading.Lock()
        self._failure: Exception | None = None
        self._threads = [threading.Thread(target=self._work, args=(random.Random(f"{seed}-{number}"),), daemon=True)
                         for number in range(CONNECTIONS)]
        self._threads.append(threading.Thread(target=self._change_tables, daemon=True))
        for thread in self._threads:
            thread.start()

    def allow_alter(self) -> None:
        """Until then only new tables are created: tables that are being copied keep their form."""
        self._alter_allowed.set()

    def wait(self) -> None:
        """Until the time is over; raises what went wrong with an operation."""
        for thread in self._threads:
            thread.join()
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _connect(self) -> pymysql.connections.Connection:
        return self._server.connect(user="demo_owner", password="owner", database="shop")

    def _running(self) -> bool:
        return not self._ended.is_set() and time.monotonic() < self._end

    def _work(self, chance: random.Random) -> None:
        try:
            with self._connect() as connection:
                while self._running():
                    self._once(connection, chance)
            with self._lock:
                self.seconds = max(self.seconds, time.monotonic() - self._begin)
        except Exception as error:  # reported by wait()
            self._failure = error
            self._ended.set()

    def _once(self, connection, chance: random.Random) -> None:
        operation = chance.choices(OPERATIONS, WEIGHTS)[0]
        try:
            with connection.cursor() as cursor:
                operation(cursor, chance)
            with self._lock:
                self.operations += 1
        except pymysql.MySQLError as error:
            if error.args[0] not in DEADLOCK_ERRORS:
                raise
            connection.rollback()
            with self._lock:
                self.retries += 1

    def _change_tables(self) -> None:
        """New tables, new columns, a rename, a drop: round after round."""
        try:
            with self._connect() as connection, connection.cursor() as cursor:
                number = 0
                while self._running():
                    alter = self._alter_allowed.is_set()
                    for statement in ddl_round(number, alter):
                        cursor.execute(statement)
                    number += alter
                    self._ended.wait(1)  # the pace of the traffic, not a wait for a result
        except Exception as error:  # reported by wait()
            self._failure = error
            self._ended.set()


def ddl_round(number: int, alter: bool) -> list[str]:
    statements = [
        f"CREATE TABLE crm.campaign_{number} (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(50) CHARACTER SET utf8mb4)",
        f"INSERT INTO crm.campaign_{number} (title) VALUES ('Frühling'), ('Café'), ('✓')",
    ]
    if not alter:
        return statements + [f"DROP TABLE crm.campaign_{number}"]
    statements += [
        f"ALTER TABLE crm.campaign_{number} ADD COLUMN budget DECIMAL(10, 2) NOT NULL DEFAULT 7.5 AFTER id",
        f"UPDATE crm.campaign_{number} SET budget = id * 1.25, title = CONCAT(title, '!')",
        f"ALTER TABLE shop.product ADD COLUMN extra_{number} VARCHAR(20) DEFAULT 'x'",
        f"UPDATE shop.product SET extra_{number} = 'changed' ORDER BY code LIMIT 20",
        f"RENAME TABLE crm.campaign_{number} TO crm.finished_{number}",
    ]
    if number >= KEPT_ROUNDS:
        statements += [f"ALTER TABLE shop.product DROP COLUMN extra_{number - KEPT_ROUNDS}",
                       f"DROP TABLE crm.finished_{number - KEPT_ROUNDS}"]
    return statements


def place_order(cursor, chance: random.Random) -> None:
    cursor.execute("BEGIN")
    cursor.execute("INSERT INTO orders (customer_id) SELECT id FROM customer WHERE id >= %s ORDER BY id LIMIT 1",
                   (chance.randrange(30000),))
    order = cursor.lastrowid
    cursor.execute("SELECT code FROM product WHERE title >= %s LIMIT 3", (f"Product {chance.randrange(5000)}",))
    lines = [(order, line, code, chance.randint(1, 5), chance.randint(1, 200))
             for line, (code,) in enumerate(cursor.fetchall())]
    if order and lines:
        cursor.executemany("INSERT INTO order_line (order_id, line, product, amount, price) VALUES (%s, %s, %s, %s, %s)",
                           lines)
    cursor.execute("COMMIT")


def pay_order(cursor, chance: random.Random) -> None:
    cursor.execute("CALL pay_order(%s, %s)", (chance.randrange(60000), chance.randrange(1000)))


def change_customer(cursor, chance: random.Random) -> None:
    cursor.execute("UPDATE customer SET balance = balance + %s, profile = JSON_SET(profile, '$.seen', %s) WHERE id = %s",
                   (chance.randint(-9, 9), chance.random(), chance.randrange(30000)))


def change_many(cursor, chance: random.Random) -> None:
    first = chance.randrange(5000)
    cursor.execute("UPDATE crm.contact SET phone = CONCAT('+49 ', %s) WHERE id BETWEEN %s AND %s",
                   (chance.randrange(10**9), first, first + 40))


def add_customer(cursor, chance: random.Random) -> None:
    name = chance.choice(["Zoë", "Jürgen", "李", "🐟"])
    cursor.execute("INSERT INTO customer (name, email, balance, origin) VALUES (%s, %s, %s, 'traffic')",
                   (name, f"{chance.getrandbits(40)}@example.net", chance.randrange(100)))


def move_customer(cursor, chance: random.Random) -> None:
    """The key moves, and with it that of the orders."""
    cursor.execute("UPDATE customer SET id = id + 1000000 WHERE id = %s", (chance.randrange(30000),))


def move_product(cursor, chance: random.Random) -> None:
    """The key moves, and with it that of the lines."""
    cursor.execute("SELECT code FROM product WHERE title >= %s LIMIT 1", (f"Product {chance.randrange(5000)}",))
    for (code,) in cursor.fetchall():
        cursor.execute("UPDATE product SET code = %s, price = price + 1 WHERE code = %s",
                       (code[:-1] if code.endswith("+") else code + "+", code))


def respell_stock(cursor, chance: random.Random) -> None:
    """Another spelling of the same key, which its collation doesn't tell apart."""
    cursor.execute("UPDATE stock SET product = %s WHERE warehouse = 'HAM' AND product = %s",
                   (chance.choice(["CAFE", "café", "Cafè"]) + (number := f" {chance.randrange(5000)}"), f"Café{number}"))


def delete_customer(cursor, chance: random.Random) -> None:
    """Orders, lines and payments go with it."""
    cursor.execute("DELETE FROM customer WHERE id = %s", (chance.randrange(30000),))


def delete_company(cursor, chance: random.Random) -> None:
    cursor.execute("DELETE FROM crm.company WHERE id = %s", (chance.randrange(2000),))


def view_page(cursor, chance: random.Random) -> None:
    cursor.executemany("INSERT INTO page_view VALUES (NOW(3), %s, %s)",
                       [(chance.randrange(30000), f"/p/{chance.randrange(50)}") for _ in range(5)])


def forget_page(cursor, chance: random.Random) -> None:
    cursor.execute("DELETE FROM page_view WHERE at < %s LIMIT 2", (f"2026-02-01 00:{chance.randrange(60):02}:00",))


def replace_stock(cursor, chance: random.Random) -> None:
    cursor.execute("REPLACE INTO stock VALUES ('HAM', %s, %s)", (f"Café {chance.randrange(6000)}", chance.randrange(99)))
    cursor.execute("INSERT INTO stock VALUES ('LEJ', %s, 1) ON DUPLICATE KEY UPDATE amount = amount + 1",
                   (f"Straße {chance.randrange(400)}",))


def change_types(cursor, chance: random.Random) -> None:
    cursor.execute("UPDATE crm.every_type SET t_json = JSON_SET(COALESCE(t_json, '{}'), '$.n', %s), t_blob = RANDOM_BYTES(64),"
                   " t_point = ST_SRID(POINT(%s, 2), 4326), t_vector = STRING_TO_VECTOR('[1,2,3,4]'), t_bit64 = %s,"
                   " t_decimal = t_decimal + 1, t_enum = 'länger', t_timestamp6 = NOW(6), t_text = REPEAT('ß', %s)"
                   " WHERE id = %s",
                   (chance.random(), chance.randrange(90), chance.getrandbits(64), chance.randrange(900),
                    chance.randrange(3000)))


def change_mind(cursor, chance: random.Random) -> None:
    """A transaction of which a part is rolled back, and one that is rolled back whole."""
    cursor.execute("BEGIN")
    cursor.execute("INSERT INTO crm.journal (at, text) VALUES (NOW(3), 'stays')")
    cursor.execute("SAVEPOINT doubt")
    cursor.execute("INSERT INTO crm.journal (at, text) VALUES (NOW(3), 'goes')")
    cursor.execute("ROLLBACK TO doubt")
    cursor.execute("COMMIT" if chance.random() < 0.7 else "ROLLBACK")


OPERATIONS = [place_order, pay_order, change_customer, change_many, add_customer, move_customer, move_product,
              respell_stock, delete_customer, delete_company, view_page, forget_page, replace_stock, change_types, change_mind]
WEIGHTS = [20, 12, 20, 3, 6, 2, 2, 4, 2, 1, 10, 1, 6, 6, 3]
