#include "binlog/statement_context.h"

#include <fmt/core.h>

namespace penstock::binlog {

namespace {

enum class Attribute : std::uint8_t { is_signed = 0, is_unsigned = 1, data_type = 2 };

// False: a kind that doesn't exist, or a value that is none of its kind.
bool is_sound(UserVarKind kind, Bytes value) {
    switch (kind) {
        case UserVarKind::string:
            return true;
        case UserVarKind::real:
        case UserVarKind::integer:
            return value.size() == 8;
        case UserVarKind::decimal:
            return value.size() > 2 && value[0] >= value[1];
    }
    return false;
}

// Attributes that are not known here end the list: their length is unknown.
void read_attributes(base::ByteReader& reader, UserVarEvent& variable) {
    while (reader.remaining() > 0) {
        switch (Attribute{reader.u8()}) {
            case Attribute::is_signed:
                variable.is_unsigned = false;
                break;
            case Attribute::is_unsigned:
                variable.is_unsigned = true;
                break;
            case Attribute::data_type:
                variable.data_type = reader.text(reader.u8());
                break;
            default:
                return;
        }
    }
}

}  // namespace

Result<IntvarEvent> parse_intvar(const EventView& event) {
    base::ByteReader reader(event.body);
    IntvarEvent intvar;
    intvar.kind = IntvarKind{reader.u8()};
    intvar.value = reader.u64();
    if (!reader.ok()) return malformed(event, "truncated");
    if (intvar.kind != IntvarKind::insert_id && intvar.kind != IntvarKind::last_insert_id) {
        return malformed(event, fmt::format("kind {}", static_cast<unsigned>(intvar.kind)));
    }
    return intvar;
}

Result<RandEvent> parse_rand(const EventView& event) {
    base::ByteReader reader(event.body);
    RandEvent rand;
    rand.seed1 = reader.u64();
    rand.seed2 = reader.u64();
    if (!reader.ok()) return malformed(event, "truncated");
    return rand;
}

Result<UserVarEvent> parse_user_var(const EventView& event) {
    base::ByteReader reader(event.body);
    UserVarEvent variable;
    variable.name = reader.text(reader.u32());
    variable.is_null = reader.u8() != 0;
    if (reader.ok() && !variable.is_null) {
        variable.kind = UserVarKind{reader.u8()};
        variable.collation = reader.u32();
        variable.value = reader.view(reader.u32());
        read_attributes(reader, variable);
    }
    if (!reader.ok()) return malformed(event, "truncated");
    if (!variable.is_null && !is_sound(variable.kind, variable.value)) {
        return malformed(event,
                         fmt::format("kind {} with {} bytes", static_cast<unsigned>(variable.kind),
                                     variable.value.size()));
    }
    return variable;
}

}  // namespace penstock::binlog
