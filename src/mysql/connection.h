// Connection: one session with a server, over the client library (MariaDB Connector/C or Oracle's
// libmysqlclient; this wrapper hides which).
//
// One thread at a time. A Connection owns the session and closes it. Rows borrow from their
// ResultSet or RowStream. Result values are the raw bytes the server sent: penstock sets
// character_set_results to NULL, so text columns come in their own charset. Every session is set up
// explicitly at open() and never relies on the server's defaults: autocommit on, strict sql_mode,
// time_zone +00:00, no result conversion, CLIENT_FOUND_ROWS, LOCAL INFILE refused.
//
// Errors carry the server's words and what was being done; `kind` says whether to retry. A lost
// connection stays lost: open a new one, nothing reconnects by itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/endpoint.h"
#include "mysql/errors.h"
#include "mysql/server_version.h"
#include "penstock/result.h"

namespace penstock::mysql {

// One row; nullopt is NULL. Valid until the next row is fetched or its result is destroyed.
using Value = std::optional<std::string_view>;
using Row = std::vector<Value>;

// A result held whole in memory: for catalogue queries.
class ResultSet {
public:
    struct Impl;
    explicit ResultSet(std::unique_ptr<Impl> impl);
    ResultSet(ResultSet&&) noexcept;
    ResultSet& operator=(ResultSet&&) noexcept;
    ~ResultSet();

    [[nodiscard]] std::size_t row_count() const;
    [[nodiscard]] std::size_t column_count() const;
    [[nodiscard]] const std::vector<std::string>& columns() const;
    [[nodiscard]] const Row& row(std::size_t index) const;
    // Text of a cell, NULL as an empty string.
    [[nodiscard]] std::string text(std::size_t row, std::size_t column) const;
    // Column by name, ignoring case; nullopt when the result has none of that name.
    [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;

private:
    std::unique_ptr<Impl> impl_;
};

class Connection;

// A result read row by row as the server sends it: for table data. The Connection must outlive it
// and can do nothing else until it is read to its end or destroyed.
class RowStream {
public:
    struct Impl;
    explicit RowStream(std::unique_ptr<Impl> impl);
    RowStream(RowStream&&) noexcept;
    RowStream& operator=(RowStream&&) noexcept;
    ~RowStream();

    // The next row; null at the clean end. A connection that breaks mid-way is an error, never an
    // end. The row is valid until the next call.
    [[nodiscard]] Result<const Row*> next();
    [[nodiscard]] std::size_t column_count() const;

private:
    std::unique_ptr<Impl> impl_;
};

struct SessionOptions {
    std::string database;  // default schema; may be empty
    std::chrono::seconds connect_timeout{10};
    std::chrono::seconds network_timeout{3600};  // longest silence while a statement runs
    std::string program_name = "penstock";
    // Statements executed after the standard set-up, for instance "SET SESSION sql_log_bin=0".
    std::vector<std::string> setup;
};

class Connection {
public:
    [[nodiscard]] static Result<Connection> open(const Endpoint& endpoint,
                                                 const SessionOptions& options = {});
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    // Executes one statement and drains its results. Returns the rows matched (not just changed).
    Result<std::uint64_t> execute(std::string_view sql);
    // Executes one statement and holds its rows.
    [[nodiscard]] Result<ResultSet> query(std::string_view sql);
    // Executes one statement and streams its rows.
    [[nodiscard]] Result<RowStream> stream(std::string_view sql);
    // The first column of the first row; nullopt: no row or NULL.
    [[nodiscard]] Result<std::optional<std::string>> query_value(std::string_view sql);

    // 'bytes' as an SQL string literal, safe for this session (which never has
    // NO_BACKSLASH_ESCAPES or ANSI_QUOTES and always a client charset of utf8mb4).
    [[nodiscard]] static std::string quote(std::string_view bytes);

    // The server's error number of the last failure, 0 if none: for the few decisions that need it.
    [[nodiscard]] unsigned last_error_number() const;
    [[nodiscard]] std::uint64_t id() const;  // the server's connection id
    [[nodiscard]] const ServerVersion& version() const;
    [[nodiscard]] const Endpoint& endpoint() const;

    // The socket's descriptor for taking the session over (capture); it still belongs to this
    // Connection, which must outlive its use and must not be used for statements afterwards.
    [[nodiscard]] int socket() const;
    // True where bytes on socket() are TLS records, so that the socket cannot be taken over.
    [[nodiscard]] bool encrypted() const;

    // The client library's MYSQL*, for this module's other files.
    [[nodiscard]] void* handle() const;

    struct Impl;

private:
    explicit Connection(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// `name` with backticks doubled.
[[nodiscard]] std::string quote_identifier(std::string_view name);
// `schema`.`name`
[[nodiscard]] std::string quote_identifier(std::string_view schema, std::string_view name);

}  // namespace penstock::mysql
