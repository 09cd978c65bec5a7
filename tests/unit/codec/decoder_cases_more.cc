#include "unit/codec/decoder_cases.h"

namespace streamworker::test {
namespace {

using namespace std::string_view_literals;

constexpr DecoderCase kCases[] = {
    // The whole message.
    {"a int", "", "$ at byte 0: the message is empty"},
    {"a int", " \n\t ", "$ at byte 4: there is no JSON value"},
    {"a int", "\xEF\xBB\xBF{\"a\":1}", "$ at byte 0: a byte order mark"},
    {"a int", " \r\n{ \"a\" : 1 }\t ", R"({"a":1})"},
    {"a int", "[1]", "$ at byte 0: the message is not a JSON object"},
    {"a int", "1", "$ at byte 0: the message is not a JSON object"},
    {"a int", "\"a\"", "$ at byte 0: the message is not a JSON object"},
    {"a int", "null", "$ at byte 0: the message is not a JSON object"},
    {"a int", "true", "$ at byte 0: the message is not a JSON object"},
    {"a int", R"({"a":1}x)", "$ at byte 7: bytes behind the JSON value"},
    {"a int", R"({"a":1}{"a":2})", "$ at byte 7: bytes behind the JSON value"},
    {"a int", R"({"a":1)", "$.a at byte 6: a comma or } is missing"},
    {"a int", R"({"a":)", "$.a at byte 5: not a JSON value"},
    {"a int", R"({"a")", "$.a at byte 4: a colon is missing"},
    {"a int", R"({"a)", "$.a at byte 3: the string has no end"},
    {"a int", R"({a:1})", "$ at byte 1: a key in quotes is missing"},
    {"a int", R"({'a':1})", "$ at byte 1: a key in quotes is missing"},
    {"a int", R"({"a":1,})", "$ at byte 7: a key in quotes is missing"},
    {"a int", R"({"a":01})", "$.a at byte 6: a comma or } is missing"},
    {"a int", R"({"a":+1})", "$.a at byte 5: not a JSON value"},
    {"a int", R"({"a":1.})", "$.a at byte 7: digits are missing behind the point"},
    {"a int", R"({"a":1e})", "$.a at byte 7: digits are missing in the exponent"},
    {"a int", R"({"a":.5})", "$.a at byte 5: not a JSON value"},
    {"a int", R"({"a":0x1})", "$.a at byte 6: a comma or } is missing"},
    {"a int", R"({"a":1 /* one */})", "$.a at byte 7: a comma or } is missing"},
    {"a int", R"({"x":nul})", "$.x at byte 8: not a JSON value"},
    // NUL and other control characters.
    {"a int", "{\"a\":1}\0"sv, "$ at byte 7: a control character"},
    {"a int", "{\"a\":1}\0garbage"sv, "$ at byte 7: a control character"},
    {"a string", "{\"a\":\"x\0y\"}"sv, "$.a at byte 7: a control character"},
    {"a string", "{\"a\":\"x\ny\"}", "$.a at byte 7: a bad escape or a control character"},
    {"a string", "{\"a\":\"x\ty\"}", "$.a at byte 7: a bad escape or a control character"},
    {"a string", "{\"a\":\"a text of more than sixteen bytes \x1A and more of it here\"}",
     "$.a at byte 40: a control character"},
    {"a string", "{\"a\":\"\x7F\"}", "{\"a\":\"\x7F\"}"},
    // Encoding.
    {"a string", "{\"a\":\"\xFF\"}", "$.a at byte 6: invalid UTF-8"},
    {"a string", "{\"a\":\"\xC0\x80\"}", "$.a at byte 6: invalid UTF-8"},
    {"a string", "{\"a\":\"\xED\xA0\x80\"}", "$.a at byte 6: invalid UTF-8"},
    {"a string", "{\"a\":\"\xF4\x90\x80\x80\"}", "$.a at byte 6: invalid UTF-8"},
    {"a string", "{\"a\":\"\xE2\x82\"}", "$.a at byte 6: invalid UTF-8"},
    {"a string", "{\"a\":\"b\"} \x80", "$ at byte 10: invalid UTF-8"},
    {"a string", R"({"a":"\ud800"})", "$.a at byte 6: a lone surrogate"},
    {"a string", R"({"a":"\ud800\u0041"})", "$.a at byte 6: a lone surrogate"},
    {"a string", R"({"a":"x\udc00"})", "$.a at byte 5: a lone surrogate"},
    {"a string", R"({"x":["\udfff"],"a":""})", "$.x[0] at byte 6: a lone surrogate"},
    {"a string", R"({"\udc00":1,"a":""})", "$ at byte 1: a lone surrogate"},
    {"a string", R"({"a":"\ud7ff\ue000"})", "{\"a\":\"\xED\x9F\xBF\xEE\x80\x80\"}"},
    {"a string", R"({"a":"\u12g4"})", "$.a at byte 6: four hex digits are missing"},
    {"a string", R"({"a":"\x41"})", "$.a at byte 6: a bad escape or a control character"},
    {"a string", R"({"a":"\)", "$.a at byte 6: a bad escape or a control character"},
    // Keys.
    {"a int", R"({"a":1,"a":1})", "$ at byte 7: the key \"a\" stands there twice"},
    {"a int", R"({"a":1,"\u0061":1})", "$ at byte 7: the key \"\\u0061\" stands there twice"},
    {"a int", R"({"x":1,"a":1,"x":2})", "$ at byte 13: the key \"x\" stands there twice"},
    {"a int", R"({"a":1,"x":{"b":{"c":1,"c":2}}})",
     "$.x.b at byte 23: the key \"c\" stands there twice"},
    {"j json", R"({"j":[{"c":1},{"c":1,"c":2}]})",
     "$.j[1] at byte 21: the key \"c\" stands there twice"},
    {"a int", R"({"a":1,"x":{"a":1},"y":{"a":2}})", R"({"a":1})"},
    {"a int",
     R"({"a":1,"1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1,"10":1,"11":1,"12":1,"13":1,"14":1,"15":1,"16":1,"17":1,"18":1,"5":1})",
     "$ at byte 124: the key \"5\" stands there twice"},
    {"a int",
     R"({"a":1,"1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1,"10":1,"11":1,"12":1,"13":1,"14":1,"15":1,"16":1,"17":1,"18":1})",
     R"({"a":1})"},
    {"a int", R"({"":1,"a":2})", R"({"a":2})"},
    {"a int", R"({"A":1})", "$ at byte 7: the field a is missing"},
    // Fields that the stream does not name.
    {"a int", R"({"x":[1,{"y":"z"},null,true,1.5],"a":1})", R"({"a":1})"},
    {"a int", R"({"x":1e999,"a":1})", "$.x at byte 5: 1e999 is beyond the range of a double"},
    {"a int; @strict", R"({"a":1,"x":2})", "$ at byte 7: unknown field \"x\""},
    {"a int; @strict", R"({"a":1,"__faust":{"ns":"t.Model"}})", R"({"a":1})"},
    {"a int; j json; @strict", R"({"a":1,"j":{"x":2}})", R"({"a":1,"j":{"x":2}})"},
    // Paths.
    {"a int", R"({"a b":{"c.d":[[1],[2,tru]]}})",
     R"($["a b"]["c.d"][1][1] at byte 25: not a JSON value)"},
    {"a int", R"({"a":"a text that is longer than what a message should repeat of it, by far"})",
     "$.a at byte 5: \"a text that is longer than what a message should repeat of … is not an "
     "int"},
    // No schema.
    {"", R"( {"a": [1, 2]} )", R"({"value":{"a": [1, 2]}})"},
    {"", R"([1])", R"({"value":[1]})"},
    {"", R"("x")", R"({"value":"x"})"},
    {"", R"(null)", R"({"value":null})"},
    {"", R"(-1.50)", R"({"value":-1.50})"},
    {"", R"([1,])", "$[1] at byte 3: not a JSON value"},
    {"", R"({"a":1,"a":2})", "$ at byte 7: the key \"a\" stands there twice"},
    {"", R"(1 2)", "$ at byte 2: bytes behind the JSON value"},
};

}  // namespace

std::span<const DecoderCase> form_cases() { return kCases; }

}  // namespace streamworker::test
