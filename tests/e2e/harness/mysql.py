"""MariaDB as an independent client sees it (PyMySQL)."""

import contextlib

import pymysql


class Mysql:
    """One database on a test server, made empty by `create`."""

    def __init__(self, port, database, user="root", password="", host="127.0.0.1"):
        self.host, self.port, self.user, self.password = host, int(port), user, password
        self.database = database

    def url(self):
        return f"mysql://{self.user}@{self.host}:{self.port}/{self.database}"

    def connect(self, database=True):
        return pymysql.connect(host=self.host, port=self.port, user=self.user,
                               password=self.password, charset="utf8mb4", autocommit=True,
                               database=self.database if database else None)

    def create(self):
        with contextlib.closing(self.connect(database=False)) as connection:
            cursor = connection.cursor()
            cursor.execute(f"DROP DATABASE IF EXISTS `{self.database}`")
            cursor.execute(f"CREATE DATABASE `{self.database}` CHARACTER SET utf8mb4")

    def drop(self):
        with contextlib.closing(self.connect(database=False)) as connection:
            connection.cursor().execute(f"DROP DATABASE IF EXISTS `{self.database}`")

    def run(self, *statements):
        """The rows of the last statement."""
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def run_script(self, path):
        """A file of statements. What chooses a database is left out: the test has its own."""
        with open(path, encoding="utf-8") as file:
            statements = split_script(file.read())
        self.run(*[text for text in statements if not chooses_database(text)])


def chooses_database(statement):
    words = statement.split()
    return words[0].upper() == "USE" or [w.upper() for w in words[:2]] == ["CREATE", "DATABASE"]


def split_script(text):
    """Statements of a script in the form of the mysql client, with its DELIMITER lines."""
    delimiter, statements, current = ";", [], []
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.upper().startswith("DELIMITER "):
            delimiter = stripped.split()[1]
        elif not stripped.startswith("--"):
            code = line.split(" -- ")[0].rstrip()
            ends = code.endswith(delimiter)
            current.append(code[:-len(delimiter)] if ends else code)
            if ends:
                statements.append("\n".join(current).strip())
                current = []
    statements.append("\n".join(current).strip())
    return [statement for statement in statements if statement]
