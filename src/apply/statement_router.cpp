#include "apply/statement_router.h"

#include <algorithm>
#include <cstddef>

namespace penstock::apply {
namespace {

using schema::StatementClass;

Routing route_by_selection(const schema::Statement& statement,
                           const std::set<std::string>& databases) {
    const auto selected = [&](const schema::ObjectName& object) {
        return databases.contains(object.schema);
    };
    const auto inside = static_cast<std::size_t>(
        std::count_if(statement.objects.begin(), statement.objects.end(), selected));
    if (statement.objects.empty()) return {Route::stop, "the object it changes was not recognised"};
    if (inside == 0) return {Route::ignore, "outside the selected databases"};
    const bool gate = statement.kind == StatementClass::scheduled_event;
    if (gate) return {Route::hold, ""};
    if (inside < statement.objects.size()) {
        return {Route::stop, "it names objects inside and outside the selected databases"};
    }
    return {Route::apply, ""};
}

}  // namespace

Routing route_statement(const schema::Statement& statement,
                        const std::set<std::string>& databases) {
    if (statement.temporary) return {Route::ignore, "temporary tables are not carried over"};
    switch (statement.kind) {
        case StatementClass::table:
        case StatementClass::view:
        case StatementClass::routine:
        case StatementClass::trigger:
        case StatementClass::database:
        case StatementClass::scheduled_event:
            return route_by_selection(statement, databases);
        case StatementClass::account:
            return {Route::ignore, "accounts are not carried over"};
        case StatementClass::maintenance:
            return {Route::ignore, "of no consequence for content"};
        case StatementClass::server:
            return {Route::ignore, "server objects are not carried over"};
        case StatementClass::transaction:
            return {Route::ignore, "transaction control"};
        case StatementClass::row_change: {
            const Routing routing = route_by_selection(statement, databases);
            if (routing.route == Route::ignore) return routing;
            return {Route::stop,
                    "it changes rows as a statement; the source must log rows "
                    "(binlog_format=ROW in every session)"};
        }
        case StatementClass::unknown:
            break;
    }
    return {Route::stop, "it is not understood"};
}

}  // namespace penstock::apply
