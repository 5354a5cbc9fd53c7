using System.Text;
using System.Text.Json;
using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <content>What JSON lacks: objects of one field, whose name is a tag.</content>
internal sealed partial class StateValueJsonReader
{
    private void ReadTagged(ref Utf8JsonReader json, int depth, long start)
    {
        long name = json.TokenStartIndex;
        string tag = Encoding.UTF8.GetString(_text.Read(ref json));
        json.Read();
        switch (tag)
        {
            case "$bytes":
                _output.WriteBinary(_text.ReadBase64(ref json, tag));
                break;
            case "$float":
                ReadFloat(ref json);
                break;
            case "$map":
                ReadPairs(ref json, Deeper(depth, start));
                break;
            case "$msgpack":
                ReadMessagePack(ref json, tag, depth);
                break;
            default:
                throw NotATag(Encoding.UTF8.GetBytes(tag), name);
        }

        json.Read();
        if (json.TokenType != JsonTokenType.EndObject)
        {
            throw new StateValueJsonException($"an object with {tag} has no other fields", json.TokenStartIndex);
        }
    }

    private void ReadFloat(ref Utf8JsonReader json)
    {
        ReadOnlySpan<byte> name = json.TokenType == JsonTokenType.String ? _text.Read(ref json) : default;
        _output.WriteDouble(
            name.SequenceEqual("nan"u8) ? double.NaN
            : name.SequenceEqual("inf"u8) ? double.PositiveInfinity
            : name.SequenceEqual("-inf"u8) ? double.NegativeInfinity
            : throw new StateValueJsonException("$float is \"nan\", \"inf\" or \"-inf\"; other floats are plain numbers", json.TokenStartIndex));
    }

    private void ReadPairs(ref Utf8JsonReader json, int depth)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw new StateValueJsonException("$map is an array of [key, value] pairs", json.TokenStartIndex);
        }

        int header = _output.BeginContainer();
        int map = _keys.Begin();
        HashSet<(int, int)>? hashed = null;
        int count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            long pair = json.TokenStartIndex;
            if (json.TokenType != JsonTokenType.StartArray || !json.Read() || json.TokenType == JsonTokenType.EndArray)
            {
                throw NotAPair(pair);
            }

            ReadKey(ref json, map, depth, ref hashed);
            json.Read();
            if (json.TokenType == JsonTokenType.EndArray)
            {
                throw NotAPair(pair);
            }

            ReadValue(ref json, depth);
            json.Read();
            if (json.TokenType != JsonTokenType.EndArray)
            {
                throw NotAPair(pair);
            }

            count++;
        }

        _keys.End(map);
        _output.EndMap(header, count);
    }

    private void ReadKey(ref Utf8JsonReader json, int map, int depth, ref HashSet<(int, int)>? hashed)
    {
        long start = json.TokenStartIndex;
        int key = _output.Length;
        ReadValue(ref json, depth);
        if (new MessagePackReader(_output.Written[key..]).PeekKind() is MessagePackKind.Array or MessagePackKind.Map)
        {
            throw new StateValueJsonException("a key of a map cannot be an array or a map", start);
        }

        AddKey(map, key, ref hashed, start);
    }

    private void ReadMessagePack(ref Utf8JsonReader json, string tag, int depth)
    {
        ReadOnlySpan<byte> bytes = _text.ReadBase64(ref json, tag);
        string? problem = depth == 0 ? StateValueRules.Problem(bytes) : "it stands inside another value";
        if (problem is not null)
        {
            throw new StateValueJsonException($"{tag} is not a value that the state can hold: {problem}", json.TokenStartIndex);
        }

        _output.Write(bytes);
    }

    private static StateValueJsonException NotAPair(long start) => new("each pair of a $map is an array of two: [key, value]", start);

    private static StateValueJsonException NotATag(ReadOnlySpan<byte> name, long start) => new(
        $"{Shorten(name)} is not one of the tags $bytes, $float, $map (a table with such a key is written as {{\"$map\": [[key, value], …]}})", start);
}
