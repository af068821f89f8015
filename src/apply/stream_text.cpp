#include "apply/stream_text.h"

#include <fmt/format.h>
#include <algorithm>
#include <optional>

#include "apply/errors.h"
#include "schema/mixed_text.h"
#include "schema/session_context.h"
#include "schema/tokenizer.h"

namespace penstock::apply {
namespace {

using mysql::Connection;
using schema::StatementClass;
using schema::Verb;

schema::LexicalMode mode_of(const schema::StreamStatement& statement) {
    return schema::lexical_mode(statement.sql_mode.value_or(0));
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The source runs CREATE TABLE … SELECT as one transaction: CREATE TABLE … START TRANSACTION and
// then rows. Here the table is made by a statement of its own and the rows follow in the unit that
// moves the checkpoint, so the clause is cut off.
std::string without_start_transaction(const schema::StreamStatement& statement) {
    schema::Tokenizer tokens(statement.sql, mode_of(statement));
    std::size_t cut = statement.sql.size();
    schema::Token previous;
    for (schema::Token token = tokens.next(); token.kind != schema::TokenKind::end;
         token = tokens.next()) {
        if (previous.is("START") && token.is("TRANSACTION")) cut = previous.offset;
        previous = token;
    }
    return statement.sql.substr(0, cut);
}

// Where the first unquoted `word` stands; the statement's end if nowhere.
std::size_t offset_of(const schema::StreamStatement& statement, std::string_view word) {
    schema::Tokenizer tokens(statement.sql, mode_of(statement));
    for (schema::Token token = tokens.next(); token.kind != schema::TokenKind::end;
         token = tokens.next()) {
        if (token.is(word)) return token.offset;
    }
    return statement.sql.size();
}

Result<std::string> convert(Connection& destination, std::string_view utf8,
                            const std::string& character_set,
                            const schema::StreamStatement& statement) {
    const std::string converted = fmt::format("CONVERT(CONVERT(_binary{} USING utf8mb4) USING {})",
                                              Connection::quote(utf8), character_set);
    PENSTOCK_ASSIGN(const auto text, destination.query_value("SELECT " + converted));
    PENSTOCK_ASSIGN(const auto back, destination.query_value(fmt::format(
                                         "SELECT CONVERT({} USING utf8mb4)", converted)));
    if (text && back == utf8) return *text;
    return fail(ErrorKind::refused, error_statement_unsupported,
                fmt::format("a name or definer can't be written in the statement's own character "
                            "set {}: {} ({}:{}, GTID {})",
                            character_set, utf8.substr(0, 200), statement.source_file,
                            statement.source_position, statement.gtid),
                "create the object on the source again from a session with SET NAMES utf8mb4");
}

}  // namespace

Result<std::string> executable_text(Connection& destination,
                                    const schema::StreamStatement& statement,
                                    const schema::Statement& parsed) {
    if (parsed.starts_transaction) return without_start_transaction(statement);
    const bool rebuilt = (parsed.kind == StatementClass::view &&
                          (parsed.verb == Verb::create || parsed.verb == Verb::alter)) ||
                         (parsed.verb == Verb::create && (parsed.kind == StatementClass::routine ||
                                                          parsed.kind == StatementClass::trigger));
    if (!rebuilt || !statement.character_set_client || is_ascii(statement.sql)) {
        return statement.sql;
    }
    PENSTOCK_ASSIGN(const schema::Collations collations, schema::Collations::read(destination));
    const schema::CollationName* const client = collations.find(*statement.character_set_client);
    if (client == nullptr || client->character_set.starts_with("utf8")) return statement.sql;
    if (parsed.kind == StatementClass::routine) {
        return schema::in_one_character_set(destination, schema::MixedKind::routine, statement.sql,
                                            schema::sql_mode_text(statement.sql_mode.value_or(0)),
                                            client->character_set, statement.gtid);
    }
    const std::size_t end =
        offset_of(statement, parsed.kind == StatementClass::view ? "AS" : "TRIGGER");
    const std::string_view header = std::string_view(statement.sql).substr(0, end);
    if (is_ascii(header)) return statement.sql;
    PENSTOCK_ASSIGN(const std::string converted,
                    convert(destination, header, client->character_set, statement));
    return converted + statement.sql.substr(end);
}

}  // namespace penstock::apply
