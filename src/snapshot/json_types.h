// The types inside a JSON document, which its text does not tell: "2020-01-01" may be a string or a
// DATE, 7 an INTEGER or an UNSIGNED INTEGER, 1.5 a DOUBLE or a DECIMAL. The server that has the
// document lists them, a letter each, in an order that the reader of the text can follow:
//
//   the document itself, ';', all members of objects, ';', all elements of arrays.
//
// Both lists are what the paths $**.* and $**[*] find: what is directly in a container first, then
// what is in those, one after the other (MySQL 8.0.4 to 9.7, sql-common/json_dom.cc,
// Json_dom::seek; seen on a 9.7 server). Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace penstock::snapshot {

// The letters. A type without one is '?', which no reader takes.
namespace json_letter {
inline constexpr char null = 'n';
inline constexpr char boolean = 'b';
inline constexpr char integer = 'i';
inline constexpr char unsigned_integer = 'u';
inline constexpr char real = 'd';
inline constexpr char decimal = 'm';
inline constexpr char string = 's';
inline constexpr char date = 'D';
inline constexpr char time = 'T';
inline constexpr char datetime = 'A';
inline constexpr char timestamp = 'S';
inline constexpr char bytes = 'x';  // printed as "base64:type…"
inline constexpr char array = 'a';
inline constexpr char object = 'o';
}  // namespace json_letter

// SQL; NULL where the column is NULL. The session's group_concat_max_len must not cut it.
[[nodiscard]] std::string json_types_expression(std::string_view quoted_column);

// A list as the server gives it, in three.
struct JsonTypes {
    char document = '?';
    std::string_view members;
    std::string_view elements;
};
// What is not such a list has document '?'.
[[nodiscard]] JsonTypes split_json_types(std::string_view list);

}  // namespace penstock::snapshot
