using System.Text;
using System.Text.Json;

namespace LlmSpell.State.Tests;

public sealed class StateValueJsonTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_value_comes_back_byte_for_byte()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        RandomValues values = new(seed);
        for (int i = 0; i < 20_000; i++)
        {
            StateValue value = values.Next();
            string json = StateValueJson.ToJson(value);
            Assert.True(value.Equals(StateValueJson.Parse(json)), $"seed {seed}, value {i}: {json}");
        }
    }

    [Theory]
    [InlineData("1", "01")]
    [InlineData("-0", "00")]
    [InlineData("1.0", "CB3FF0000000000000")]
    [InlineData("1e0", "CB3FF0000000000000")]
    [InlineData("-0.0", "CB8000000000000000")]
    [InlineData("9223372036854775807", "CF7FFFFFFFFFFFFFFF")]
    [InlineData("-9223372036854775808", "D38000000000000000")]
    [InlineData("9223372036854775808.0", "CB43E0000000000000")]
    [InlineData("5e-324", "CB0000000000000001")]
    [InlineData("true", "C3")]
    [InlineData("\"\"", "A0")]
    [InlineData("\"\\ud83c\\udf89\"", "A4F09F8E89")]
    [InlineData("[]", "90")]
    [InlineData("{}", "80")]
    [InlineData("{\"$map\":[]}", "80")]
    [InlineData("{\"$map\":[[\"$map\",1],[1,true]]}", "82A4246D617001" + "01C3")]
    [InlineData("{\"$bytes\":\"/w==\"}", "C401FF")]
    [InlineData("{\"\\u0024bytes\":\"\\u002fw==\"}", "C401FF")]
    [InlineData("{\"$float\":\"inf\"}", "CB7FF0000000000000")]
    [InlineData("{\"$float\":\"-inf\"}", "CBFFF0000000000000")]
    [InlineData("{\"$float\":\"nan\"}", "CBFFF8000000000000")]
    [InlineData("{\"$msgpack\":\"0gAAAAE=\"}", "D200000001")]
    [InlineData(" [ 1 ,\n 2 ] ", "920102")]
    [InlineData("{\"true\":1,\"1\":2}", "82A47472756501A13102")]
    public void Json_means_these_bytes(string json, string bytes) =>
        Assert.Equal(bytes, Convert.ToHexString(StateValueJson.Parse(json).Bytes.Span));

    [Theory]
    [InlineData(1, "1.0")]
    [InlineData(-5, "-5.0")]
    [InlineData(0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(999_999_999_999_999, "999999999999999.0")]
    [InlineData(-123_456_789_012_345, "-123456789012345.0")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(9_007_199_254_740_993, "9007199254740992.0")]
    [InlineData(1e16, "10000000000000000.0")]
    [InlineData(1e17, "1E+17")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308")]
    [InlineData(double.Epsilon, "5E-324")]
    public void A_float_is_written_so_that_it_stays_one(double value, string json) => Assert.Equal(json, StateValueJson.ToJson(value));

    [Fact]
    public void Each_float_of_an_indented_array_has_a_line_of_its_own()
    {
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            StateValueJson.Write(writer, StateValue.Array([1.5, 2.0, StateValue.Array([1e300]), 3]));
        }

        Assert.Equal("[\n  1.5,\n  2.0,\n  [\n    1E+300\n  ],\n  3\n]", Encoding.UTF8.GetString(json.ToArray()));
    }

    [Theory]
    [InlineData("null", 0, 0, "null is not a value")]
    [InlineData("[1, null]", 0, 4, "null cannot stand inside")]
    [InlineData("9223372036854775808", 0, 0, "outside of 64 bits")]
    [InlineData("-9223372036854775809", 0, 0, "outside of 64 bits")]
    [InlineData("[1e999]", 0, 1, "outside of what a float can hold")]
    [InlineData("{\"a\":1,\n \"a\":2}", 1, 1, "the same key stands twice")]
    [InlineData("{\"a\":1,\"\\u0061\":2}", 0, 7, "the same key stands twice")]
    [InlineData("{\"$map\":[[1,1],[1,2]]}", 0, 16, "the same key stands twice")]
    [InlineData("{\"$id\":1}", 0, 1, "$id is not one of the tags")]
    [InlineData("{\"a\":1,\"$bytes\":\"\"}", 0, 7, "$bytes is not one of the tags")]
    [InlineData("{\"$bytes\":\"\",\"a\":1}", 0, 13, "has no other fields")]
    [InlineData("{\"$bytes\":\"AQ\"}", 0, 10, "base64")]
    [InlineData("{\"$bytes\":1}", 0, 10, "base64")]
    [InlineData("{\"$float\":\"NaN\"}", 0, 10, "$float is")]
    [InlineData("{\"$float\":1.5}", 0, 10, "$float is")]
    [InlineData("{\"$map\":{}}", 0, 8, "array of [key, value] pairs")]
    [InlineData("{\"$map\":[[1]]}", 0, 9, "array of two")]
    [InlineData("{\"$map\":[[]]}", 0, 9, "array of two")]
    [InlineData("{\"$map\":[[1,2,3]]}", 0, 9, "array of two")]
    [InlineData("{\"$map\":[1]}", 0, 9, "array of two")]
    [InlineData("{\"$map\":[[[],1]]}", 0, 10, "cannot be an array or a map")]
    [InlineData("{\"$map\":[[{},1]]}", 0, 10, "cannot be an array or a map")]
    [InlineData("{\"$msgpack\":\"wA==\"}", 0, 12, "nil is not a value")]
    [InlineData("[{\"$msgpack\":\"AQ==\"}]", 0, 13, "stands inside another value")]
    [InlineData("\"\\ud800\"", 0, 0, "not valid Unicode")]
    [InlineData("[1,\n 2,,]", 1, 3, "','")]
    [InlineData("[1", 0, 2, "")]
    [InlineData("", 0, 0, "")]
    [InlineData("1 2", 0, 2, "")]
    [InlineData("[1,]", 0, 3, "a comma stands before the ]")]
    [InlineData("Ada", 0, 0, "'A'")]
    public void What_is_no_value_is_refused_with_its_place(string json, long line, long place, string message)
    {
        JsonException error = Assert.Throws<JsonException>(() => StateValueJson.Parse(json));

        Assert.Equal((line, place), (error.LineNumber, error.BytePositionInLine));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"(line {line + 1}, byte {place + 1})", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'"', 0xFF, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', (byte)'\\', (byte)'n', 0xC3, (byte)'"' })]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}' })]
    public void Bytes_that_are_no_utf8_are_refused(byte[] json) =>
        Assert.Contains("not valid Unicode", Assert.Throws<JsonException>(() => StateValueJson.Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Nesting_is_taken_up_to_the_limit_of_values()
    {
        foreach ((string open, string close) in ((string, string)[])[("[", "]"), ("{\"a\":", "}"), ("{\"$map\":[[1,", "]]}")])
        {
            string deepest = Nest(open, close, StateValue.MaxDepth);
            Assert.Equal(deepest, StateValueJson.ToJson(StateValueJson.Parse(deepest)));
            Assert.Contains(
                "nested over 128 deep",
                Assert.Throws<JsonException>(() => StateValueJson.Parse(Nest(open, close, StateValue.MaxDepth + 1))).Message,
                StringComparison.Ordinal);
            Assert.Throws<JsonException>(() => StateValueJson.Parse(Nest(open, close, 100_000)));
        }

        static string Nest(string open, string close, int depth) =>
            string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
    }

    [Fact]
    public void A_value_over_the_limit_is_refused_wherever_it_grows_over_it()
    {
        string text = new('x', StateValue.MaxBytes / 4);
        Assert.Contains(
            "takes over", Assert.Throws<JsonException>(() => StateValueJson.Parse($"[\"{text}\",\"{text}\",\"{text}\",\"{text}\"]")).Message, StringComparison.Ordinal);
        Assert.Equal(3, StateValueJson.Parse($"[\"{text}\",\"{text}\",\"{text}\"]").AsArray().Count);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public void Containers_of_any_length_come_back_and_a_repeated_key_is_found_in_all(int count)
    {
        var array = StateValue.Array([.. Enumerable.Range(0, count).Select(i => (StateValue)i)]);
        Assert.Equal(array, StateValueJson.Parse(StateValueJson.ToJson(array)));

        var map = StateValue.Map([.. Enumerable.Range(0, count).Select(i => KeyValuePair.Create<StateValue, StateValue>($"{i}", count > 20 ? i : array))]);
        string json = StateValueJson.ToJson(map);
        Assert.Equal(map, StateValueJson.Parse(json));
        Assert.Contains(
            "twice",
            Assert.Throws<JsonException>(() => StateValueJson.Parse($"{json[..^1]},\"{count / 2}\":1}}")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_json_never_fails_in_any_other_way()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        RandomValues values = new(seed);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] json = Encoding.UTF8.GetBytes(StateValueJson.ToJson(values.Next()));
            for (int damage = random.Next(1, 4); damage > 0; damage--)
            {
                json[random.Next(json.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "\"\\{}[],:0.e-$n"u8[random.Next(14)];
            }

            try
            {
                StateValue value = StateValueJson.Parse(json);
                Assert.Null(StateValueRules.Problem(value.Bytes.Span));
            }
            catch (JsonException)
            {
            }
        }
    }
}
