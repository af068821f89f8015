#include "mysql/connection.h"

#include <fmt/format.h>
#include <mysql.h>
#include <array>
#include <cstring>
#include <utility>

#include "base/assert.h"

namespace penstock::mysql {

struct Connection::Impl {
    MYSQL* handle = nullptr;
    Endpoint endpoint;
    ServerVersion version;

    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        if (handle != nullptr) mysql_close(handle);
    }

    [[nodiscard]] Error last_error(std::string_view doing) const {
        const std::string shown = presentable(doing);
        return classify(mysql_errno(handle), mysql_error(handle),
                        fmt::format("{}: {}", endpoint.describe(), shown));
    }
};

struct ResultSet::Impl {
    std::vector<std::string> columns;
    std::vector<Row> rows;
    MYSQL_RES* result = nullptr;
    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        if (result != nullptr) mysql_free_result(result);
    }
};

struct RowStream::Impl {
    MYSQL* handle = nullptr;
    MYSQL_RES* result = nullptr;
    std::string where;
    Row row;
    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        if (result != nullptr) mysql_free_result(result);
    }
};

namespace {

void fill_row(Row& row, MYSQL_ROW from, const unsigned long* lengths) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (from[i] == nullptr) {
            row[i] = std::nullopt;
        } else {
            row[i] = std::string_view(from[i], lengths[i]);
        }
    }
}

void set_flag(MYSQL* handle, mysql_option option, bool on) {
    const my_bool value = on ? 1 : 0;
    mysql_optionsv(handle, option, &value);
}

void set_tls(MYSQL* handle, const Endpoint& endpoint) {
    const bool wanted = endpoint.socket.empty() && endpoint.tls != TlsMode::disabled;
#ifdef MARIADB_BASE_VERSION
    // Connector/C knows one kind of verification, the certificate chain and the host name: so
    // verify_ca is as strict as verify_identity here.
    const bool verify = wanted && endpoint.tls != TlsMode::required;
    set_flag(handle, MYSQL_OPT_SSL_ENFORCE, wanted);
    set_flag(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, verify);
#else
    unsigned mode = SSL_MODE_DISABLED;
    if (wanted && endpoint.tls == TlsMode::required) mode = SSL_MODE_REQUIRED;
    if (wanted && endpoint.tls == TlsMode::verify_ca) mode = SSL_MODE_VERIFY_CA;
    if (wanted && endpoint.tls == TlsMode::verify_identity) mode = SSL_MODE_VERIFY_IDENTITY;
    mysql_options(handle, MYSQL_OPT_SSL_MODE, &mode);
    set_flag(handle, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, !wanted);
#endif
    if (wanted && !endpoint.tls_ca.empty()) {
        mysql_options(handle, MYSQL_OPT_SSL_CA, endpoint.tls_ca.c_str());
    }
}

void set_options(MYSQL* handle, const Endpoint& endpoint, const SessionOptions& options) {
    const auto connect_timeout = static_cast<unsigned>(options.connect_timeout.count());
    const auto network_timeout = static_cast<unsigned>(options.network_timeout.count());
    const unsigned local_infile = 0;
    mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
    mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &network_timeout);
    mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &network_timeout);
    mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &local_infile);
    mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    constexpr unsigned long packet_max = 1UL << 30;
    mysql_options(handle, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet_max);
    mysql_options4(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name",
                   options.program_name.c_str());
    if (!endpoint.task.empty()) {
        mysql_options4(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "penstock_task", endpoint.task.c_str());
    }
    set_tls(handle, endpoint);
}

Result<void> set_up_session(Connection& connection, const SessionOptions& options) {
    constexpr std::array<std::string_view, 3> standard{
        "SET NAMES utf8mb4",
        "SET SESSION autocommit=1, character_set_results=NULL, time_zone='+00:00',"
        " sql_mode='STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
        "SET SESSION net_read_timeout=3600, net_write_timeout=3600, wait_timeout=86400",
    };
    for (const std::string_view statement : standard) PENSTOCK_TRY(connection.execute(statement));
    for (const std::string& statement : options.setup) PENSTOCK_TRY(connection.execute(statement));
    return {};
}

// The client library has process-wide state that must be made before the first thread uses it.
void initialise_library() {
    static const int result = mysql_library_init(0, nullptr, nullptr);
    PENSTOCK_ASSERT(result == 0);
}

}  // namespace

ResultSet::ResultSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ResultSet::ResultSet(ResultSet&&) noexcept = default;
ResultSet& ResultSet::operator=(ResultSet&&) noexcept = default;
ResultSet::~ResultSet() = default;

std::size_t ResultSet::row_count() const {
    return impl_->rows.size();
}
std::size_t ResultSet::column_count() const {
    return impl_->columns.size();
}
const std::vector<std::string>& ResultSet::columns() const {
    return impl_->columns;
}
const Row& ResultSet::row(std::size_t index) const {
    return impl_->rows.at(index);
}

std::string ResultSet::text(std::size_t row, std::size_t column) const {
    return std::string(impl_->rows.at(row).at(column).value_or(std::string_view{}));
}

std::optional<std::size_t> ResultSet::column(std::string_view name) const {
    for (std::size_t i = 0; i < impl_->columns.size(); ++i) {
        const std::string& have = impl_->columns[i];
        if (have.size() == name.size() && strncasecmp(have.data(), name.data(), name.size()) == 0) {
            return i;
        }
    }
    return std::nullopt;
}

RowStream::RowStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RowStream::RowStream(RowStream&&) noexcept = default;
RowStream& RowStream::operator=(RowStream&&) noexcept = default;
RowStream::~RowStream() = default;

std::size_t RowStream::column_count() const {
    return impl_->row.size();
}

Result<const Row*> RowStream::next() {
    MYSQL_ROW row = mysql_fetch_row(impl_->result);
    if (row == nullptr) {
        if (mysql_errno(impl_->handle) != 0) {
            return tl::unexpected<Error>(
                classify(mysql_errno(impl_->handle), mysql_error(impl_->handle), impl_->where));
        }
        return nullptr;
    }
    fill_row(impl_->row, row, mysql_fetch_lengths(impl_->result));
    return &impl_->row;
}

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::open(const Endpoint& endpoint, const SessionOptions& options) {
    initialise_library();
    auto impl = std::make_unique<Impl>();
    impl->endpoint = endpoint;
    impl->handle = mysql_init(nullptr);
    PENSTOCK_ASSERT(impl->handle != nullptr);
    set_options(impl->handle, endpoint, options);
    const bool local = !endpoint.socket.empty();
    const char* database = options.database.empty() ? nullptr : options.database.c_str();
    if (mysql_real_connect(impl->handle, local ? nullptr : endpoint.host.c_str(),
                           endpoint.user.c_str(), endpoint.password.reveal(), database,
                           local ? 0 : endpoint.port, local ? endpoint.socket.c_str() : nullptr,
                           CLIENT_FOUND_ROWS) == nullptr) {
        return tl::unexpected<Error>(
            impl->last_error(fmt::format("connecting as \"{}\"", endpoint.user)));
    }
    impl->version = ServerVersion::parse(mysql_get_server_info(impl->handle));
    Connection connection(std::move(impl));
    // MariaDB Connector/C goes on in plain text where the server offers no TLS, enforced or not.
    if (!local && endpoint.tls != TlsMode::disabled && !connection.encrypted()) {
        return fail(ErrorKind::refused, error_tls,
                    fmt::format("{} offers no TLS", endpoint.describe()),
                    "give the server a certificate, or set tls = \"disabled\" if the network "
                    "between can be trusted");
    }
    PENSTOCK_TRY(set_up_session(connection, options));
    return connection;
}

Result<std::uint64_t> Connection::execute(std::string_view sql) {
    MYSQL* handle = impl_->handle;
    if (mysql_real_query(handle, sql.data(), static_cast<unsigned long>(sql.size())) != 0) {
        return tl::unexpected<Error>(impl_->last_error(sql));
    }
    std::uint64_t matched = 0;
    while (true) {
        if (mysql_field_count(handle) > 0) {
            MYSQL_RES* result = mysql_store_result(handle);
            if (result == nullptr) return tl::unexpected<Error>(impl_->last_error(sql));
            mysql_free_result(result);
        } else {
            matched += mysql_affected_rows(handle);
        }
        const int more = mysql_next_result(handle);
        if (more < 0) return matched;
        if (more > 0) return tl::unexpected<Error>(impl_->last_error(sql));
    }
}

Result<ResultSet> Connection::query(std::string_view sql) {
    MYSQL* handle = impl_->handle;
    if (mysql_real_query(handle, sql.data(), static_cast<unsigned long>(sql.size())) != 0) {
        return tl::unexpected<Error>(impl_->last_error(sql));
    }
    auto held = std::make_unique<ResultSet::Impl>();
    held->result = mysql_store_result(handle);
    if (held->result == nullptr) {
        if (mysql_errno(handle) != 0) return tl::unexpected<Error>(impl_->last_error(sql));
        return ResultSet(std::move(held));  // a statement without rows
    }
    const unsigned column_count = mysql_num_fields(held->result);
    const MYSQL_FIELD* fields = mysql_fetch_fields(held->result);
    for (unsigned i = 0; i < column_count; ++i) {
        held->columns.emplace_back(fields[i].name, fields[i].name_length);
    }
    held->rows.reserve(static_cast<std::size_t>(mysql_num_rows(held->result)));
    while (MYSQL_ROW row = mysql_fetch_row(held->result)) {
        Row filled(column_count);
        fill_row(filled, row, mysql_fetch_lengths(held->result));
        held->rows.push_back(std::move(filled));
    }
    while (mysql_next_result(handle) == 0) {  // of CALL: only the first result is wanted
        if (MYSQL_RES* extra = mysql_store_result(handle)) mysql_free_result(extra);
    }
    return ResultSet(std::move(held));
}

Result<RowStream> Connection::stream(std::string_view sql) {
    MYSQL* handle = impl_->handle;
    if (mysql_real_query(handle, sql.data(), static_cast<unsigned long>(sql.size())) != 0) {
        return tl::unexpected<Error>(impl_->last_error(sql));
    }
    auto open = std::make_unique<RowStream::Impl>();
    open->handle = handle;
    open->where = fmt::format("{}: {}", impl_->endpoint.describe(), presentable(sql));
    open->result = mysql_use_result(handle);
    if (open->result == nullptr) return tl::unexpected<Error>(impl_->last_error(sql));
    open->row.resize(mysql_num_fields(open->result));
    return RowStream(std::move(open));
}

Result<std::optional<std::string>> Connection::query_value(std::string_view sql) {
    PENSTOCK_ASSIGN(const ResultSet result, query(sql));
    if (result.row_count() == 0 || !result.row(0).at(0)) return std::nullopt;
    return std::optional<std::string>(result.text(0, 0));
}

std::string Connection::quote(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + 2);
    out += '\'';
    for (const char c : bytes) {
        switch (c) {
            case '\0':
                out += "\\0";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\x1a':
                out += "\\Z";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\'':
                out += "\\'";
                break;
            default:
                out += c;
        }
    }
    out += '\'';
    return out;
}

unsigned Connection::last_error_number() const {
    return mysql_errno(impl_->handle);
}
std::uint64_t Connection::id() const {
    return mysql_thread_id(impl_->handle);
}
const ServerVersion& Connection::version() const {
    return impl_->version;
}
const Endpoint& Connection::endpoint() const {
    return impl_->endpoint;
}
int Connection::socket() const {
    return static_cast<int>(mysql_get_socket(impl_->handle));
}
void* Connection::handle() const {
    return impl_->handle;
}
bool Connection::encrypted() const {
    return mysql_get_ssl_cipher(impl_->handle) != nullptr;
}

std::string quote_identifier(std::string_view name) {
    std::string out = "`";
    for (const char c : name) {
        out += c;
        if (c == '`') out += c;
    }
    return out + "`";
}

std::string quote_identifier(std::string_view schema, std::string_view name) {
    return quote_identifier(schema) + "." + quote_identifier(name);
}

}  // namespace penstock::mysql
