// Applies binlog files to a server by a bare loop, and prints what it took: BINLOG statements of
// whole groups of transactions, all made before the first is sent, one after the other on one
// connection, without a checkpoint. What the server gives at best to whoever sends row images.
//
// Rows only: a statement in the files (DDL) is an error. So are compressed transactions.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <deque>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "binlog/binlog_statement.h"
#include "binlog/compressed_event.h"
#include "binlog/event_reader.h"
#include "binlog/query.h"
#include "mysql/connection.h"

namespace penstock::bench {
namespace {

using namespace binlog;

struct Arguments {
    std::string socket;
    std::vector<std::string> databases;
    std::vector<std::string> files;
    std::size_t transactions = 500;  // of a group
};

Error refused(std::string text) {
    return Error{ErrorKind::refused, {}, std::move(text), {}};
}

// The bytes of what it is fed must stay.
class Packer {
public:
    explicit Packer(const Arguments& arguments) : arguments_(arguments) {}

    Result<void> feed(const EventView& event) {
        const EventType type = event.header.type;
        if (type == EventType::transaction_payload || is_compressed(type)) {
            return tl::unexpected<Error>(refused("the files have compressed events"));
        }
        if (type == EventType::gtid || type == EventType::anonymous_gtid) return begin();
        if (type == EventType::query) return check(event);
        if (type == EventType::table_map) {
            PENSTOCK_ASSIGN(const TableMap map, parse_table_map(event));
            maps_.insert_or_assign(map.table_id, map);
            return {};
        }
        return is_rows(type) ? add(event) : Result<void>{};
    }
    std::vector<std::string> finish() {
        close();
        return std::move(statements_);
    }
    [[nodiscard]] std::size_t transactions() const { return transactions_; }

private:
    Result<void> begin() {
        ++transactions_;
        if (++group_ > arguments_.transactions || builder_.is_full()) close();
        return {};
    }
    void close() {
        group_ = 1;
        if (!builder_.empty()) statements_.push_back(builder_.finish());
    }
    static Result<void> check(const EventView& event) {
        PENSTOCK_ASSIGN(const QueryEvent query, parse_query(event));
        if (query.sql == "BEGIN" || query.sql == "COMMIT") return {};
        return tl::unexpected<Error>(
            refused("the files have a statement: " + std::string(query.sql.substr(0, 100))));
    }
    Result<void> add(const EventView& event) {
        PENSTOCK_ASSIGN(const RowsEvent rows, parse_rows(event));
        const std::uint16_t flags = flags_.of(rows);
        const auto found = maps_.find(rows.table_id);
        if (found == maps_.end()) return {};  // nothing but the end of a statement
        const TableMap& map = found->second;
        const auto& wanted = arguments_.databases;
        if (std::find(wanted.begin(), wanted.end(), map.schema) == wanted.end()) return {};
        if (!builder_.fits(flags) || builder_.is_full()) close();
        return builder_.add_rows(builder_.add_table(map), rows.kind, rows.columns_before,
                                 rows.columns_after, rows.rows, flags);
    }

    const Arguments& arguments_;
    BinlogStatementBuilder builder_;
    StatementFlags flags_;
    std::unordered_map<std::uint64_t, TableMap> maps_;  // views of the files' bytes
    std::vector<std::string> statements_;
    std::size_t transactions_ = 0;
    std::size_t group_ = 0;
};

Result<void> pack(Packer& packer, const std::string& bytes) {
    EventReader reader(base::as_bytes(bytes));
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> event, reader.next());
        if (!event) return reader.finish();
        PENSTOCK_TRY(packer.feed(*event));
    }
}

Result<nlohmann::json> run(const Arguments& arguments) {
    Packer packer(arguments);
    std::deque<std::string> files;
    for (const std::string& file : arguments.files) {
        std::ifstream in(file, std::ios::binary);
        files.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        PENSTOCK_TRY(pack(packer, files.back()));
    }
    const std::vector<std::string> statements = packer.finish();
    mysql::Endpoint server;
    server.socket = arguments.socket;
    server.user = "root";
    server.tls = mysql::TlsMode::disabled;
    PENSTOCK_ASSIGN(mysql::Connection connection, mysql::Connection::open(server));
    PENSTOCK_TRY(connection.execute(format_description_statement(connection.version().text)));
    PENSTOCK_TRY(
        connection.execute("SET SESSION gtid_next='AUTOMATIC', "
                           "transaction_isolation='READ-COMMITTED'"));
    // Whoever reads this line may look at the server's counters before we begin.
    std::puts("ready");
    std::fflush(stdout);
    static_cast<void>(std::getchar());
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t used = std::clock();
    std::size_t bytes = 0;
    for (const std::string& statement : statements) {
        PENSTOCK_TRY(connection.execute(statement));
        bytes += statement.size();
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    return nlohmann::json{
        {"seconds", seconds.count()},
        {"client_cpu_s", static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC},
        {"transactions", packer.transactions()},
        {"statements", statements.size()},
        {"statement_bytes", bytes}};
}

}  // namespace
}  // namespace penstock::bench

int main(int argc, char** argv) {
    penstock::bench::Arguments arguments;
    CLI::App app("applies binlog files by a bare loop of BINLOG statements, prints JSON");
    app.add_option("--socket", arguments.socket, "of the destination")->required();
    app.add_option("--database", arguments.databases, "whose rows are applied")->required();
    app.add_option("--transactions", arguments.transactions, "of a statement; default 500");
    app.add_option("files", arguments.files, "binlog files, in order")->required();
    CLI11_PARSE(app, argc, argv);
    const auto taken = penstock::bench::run(arguments);
    if (!taken) {
        std::fprintf(stderr, "binlog_loop: %s\n", taken.error().to_string().c_str());
        return 1;
    }
    std::puts(taken->dump().c_str());
    return 0;
}
