// Stream text: the statement of the stream as it can be executed in its session.
//
// Most statements are logged as the client sent them. Some are put together by the server, which
// writes names and definers in utf8 and leaves the rest in the client's character set: CREATE
// PROCEDURE and FUNCTION like SHOW CREATE (schema/mixed_text.h), views up to AS, triggers up to the
// word TRIGGER. Where the client's character set isn't utf8 those parts are converted to it, by the
// server. Source: sql/sp.cc, sql/sql_view.cc, sql/sql_trigger.cc, tag mysql-9.4.0; the first two
// observed on 9.7.4.
#pragma once

#include <string>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/ddl.h"
#include "schema/stream_statement.h"

namespace penstock::apply {

[[nodiscard]] Result<std::string> executable_text(mysql::Connection& destination,
                                                  const schema::StreamStatement& statement,
                                                  const schema::Statement& parsed);

}  // namespace penstock::apply
