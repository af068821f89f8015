"""What a server and a process have used over a time: CPU from /proc, commits and fsyncs from the server's own counters."""

import os

TICKS = os.sysconf("SC_CLK_TCK")
# The option that makes the server count commits; asked for when a measured server is started.
OPTIONS = {"innodb_monitor_enable": "trx_rw_commits"}
_COUNTERS = """SELECT 'commits', count FROM information_schema.innodb_metrics WHERE name = 'trx_rw_commits'
    UNION ALL SELECT 'engine_fsyncs', SUM(variable_value) FROM performance_schema.global_status
        WHERE variable_name IN ('Innodb_os_log_fsyncs', 'Innodb_data_fsyncs')
    UNION ALL SELECT 'binlog_syncs', count_misc FROM performance_schema.file_summary_by_event_name
        WHERE event_name = 'wait/io/file/sql/binlog'"""


def cpu_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Meter:
    """From its making until `taken()`. `process`: of penstock; None where another program's CPU is measured otherwise."""

    def __init__(self, server, process: int | None = None) -> None:
        self._server, self._process = server, process
        self._counters = self._read()
        self._server_cpu = cpu_seconds(server.pid)
        self._process_cpu = cpu_seconds(process) if process else 0

    def taken(self) -> dict:
        used = {"server_cpu_s": cpu_seconds(self._server.pid) - self._server_cpu}
        if self._process:
            used["client_cpu_s"] = cpu_seconds(self._process) - self._process_cpu
        return used | {name: value - self._counters[name] for name, value in self._read().items()}

    def _read(self) -> dict[str, int]:
        return {name: int(value or 0) for name, value in self._server.query(_COUNTERS)}
