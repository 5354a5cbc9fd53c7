using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <summary>
/// Turns JSON, as <see cref="StateValueJson"/> describes it, into the MessagePack of a value. Can be used again; not thread-safe.
/// </summary>
internal sealed class StateValueJsonReader : IDisposable
{
    /// <summary>Allows the nesting of a value, each level of which may take three of JSON; deeper ones get a message of their own.</summary>
    internal static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };

    private readonly PooledBuffer _output = new();
    private readonly PooledBuffer _text = new();
    private readonly JsonMapKeys _keys;
    private readonly int _maxBytes;

    /// <param name="maxBytes">The largest value taken, in bytes of MessagePack.</param>
    internal StateValueJsonReader(int maxBytes)
    {
        _maxBytes = maxBytes;
        _keys = new JsonMapKeys(_output);
    }

    /// <summary>Reads the value on whose first token the reader stands, and leaves it on its last.</summary>
    /// <returns>The value as MessagePack, until the next call.</returns>
    /// <exception cref="StateValueJsonException">It is not a value.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    internal ReadOnlySpan<byte> Read(ref Utf8JsonReader json)
    {
        _output.Clear();
        _keys.End(0);
        ReadValue(ref json, 0);
        return _output.Written;
    }

    public void Dispose()
    {
        _output.Dispose();
        _text.Dispose();
    }

    private void ReadValue(ref Utf8JsonReader json, int depth)
    {
        long start = json.TokenStartIndex;
        switch (json.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False:
                _output.WriteBoolean(json.TokenType == JsonTokenType.True);
                break;
            case JsonTokenType.Number:
                ReadNumber(ref json);
                break;
            case JsonTokenType.String:
                _output.WriteString(Text(ref json));
                break;
            case JsonTokenType.StartArray:
                ReadArray(ref json, Deeper(depth, start));
                break;
            case JsonTokenType.StartObject:
                ReadObject(ref json, depth, start);
                break;
            default:
                throw new StateValueJsonException(
                    depth == 0 ? "null is not a value (delete the key instead)" : "null cannot stand inside a value (leave it out)", start);
        }

        if (_output.Length > _maxBytes)
        {
            throw new StateValueJsonException($"the value takes over {_maxBytes} bytes, which is the most that is taken (max_state_size_bytes)", start);
        }
    }

    private void ReadNumber(ref Utf8JsonReader json)
    {
        ReadOnlySpan<byte> digits = json.ValueSpan;
        if (digits.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0)
        {
            _output.WriteInteger(json.TryGetInt64(out long integer)
                ? integer
                : throw new StateValueJsonException(
                    $"the integer {Shorten(digits)} is outside of 64 bits (write it as text, or with .0 as a float)", json.TokenStartIndex));
            return;
        }

        _output.WriteDouble(json.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw new StateValueJsonException($"the number {Shorten(digits)} is outside of what a float can hold", json.TokenStartIndex));
    }

    private void ReadArray(ref Utf8JsonReader json, int depth)
    {
        int header = _output.BeginContainer();
        int count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            ReadValue(ref json, depth);
            count++;
        }

        _output.EndArray(header, count);
    }

    private void ReadObject(ref Utf8JsonReader json, int depth, long start)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.PropertyName && Text(ref json) is [(byte)'$', ..])
        {
            ReadTagged(ref json, depth, start);
            return;
        }

        int inside = Deeper(depth, start);
        int header = _output.BeginContainer();
        int map = _keys.Begin();
        HashSet<(int, int)>? hashed = null;
        int count = 0;
        for (; json.TokenType != JsonTokenType.EndObject; json.Read(), count++)
        {
            ReadOnlySpan<byte> name = Text(ref json);
            if (name is [(byte)'$', ..])
            {
                throw NotATag(name, json.TokenStartIndex);
            }

            int key = _output.Length;
            _output.WriteString(name);
            AddKey(map, key, ref hashed, json.TokenStartIndex);
            json.Read();
            ReadValue(ref json, inside);
        }

        _keys.End(map);
        _output.EndMap(header, count);
    }

    private void ReadTagged(ref Utf8JsonReader json, int depth, long start)
    {
        long name = json.TokenStartIndex;
        string tag = Encoding.UTF8.GetString(Text(ref json));
        json.Read();
        switch (tag)
        {
            case "$bytes":
                _output.WriteBinary(Base64(ref json, tag));
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
        ReadOnlySpan<byte> name = json.TokenType == JsonTokenType.String ? Text(ref json) : default;
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
        ReadOnlySpan<byte> bytes = Base64(ref json, tag);
        string? problem = depth == 0 ? StateValueRules.Problem(bytes) : "it stands inside another value";
        if (problem is not null)
        {
            throw new StateValueJsonException($"{tag} is not a value that the state can hold: {problem}", json.TokenStartIndex);
        }

        _output.Write(bytes);
    }

    private ReadOnlySpan<byte> Base64(ref Utf8JsonReader json, string tag)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            // Whatever the text was, its decoded form is shorter, so it can be decoded in its own place.
            int length = Text(ref json).Length;
            if (System.Buffers.Text.Base64.DecodeFromUtf8InPlace(_text.WrittenSpan[..length], out int written) == System.Buffers.OperationStatus.Done)
            {
                return _text.Written[..written];
            }
        }

        throw new StateValueJsonException($"{tag} is a string of base64", json.TokenStartIndex);
    }

    /// <summary>The text of the present string or name, as UTF-8 in the text buffer, until the next call.</summary>
    private ReadOnlySpan<byte> Text(ref Utf8JsonReader json)
    {
        _text.Clear();
        try
        {
            if (json.ValueIsEscaped)
            {
                _text.Advance(json.CopyString(_text.GetSpan(json.ValueSpan.Length)));
            }
            else
            {
                _text.Write(json.ValueSpan);
            }
        }
        catch (InvalidOperationException)
        {
            throw NotText(json.TokenStartIndex);
        }

        return Utf8.IsValid(_text.Written) ? _text.Written : throw NotText(json.TokenStartIndex);
    }

    private void AddKey(int map, int key, ref HashSet<(int, int)>? hashed, long start)
    {
        if (!_keys.Add(map, key, ref hashed))
        {
            throw new StateValueJsonException("the same key stands twice in one map", start);
        }
    }

    private static int Deeper(int depth, long start) => depth < StateValue.MaxDepth
        ? depth + 1
        : throw new StateValueJsonException($"the value is nested over {StateValue.MaxDepth} deep", start);

    private static string Shorten(ReadOnlySpan<byte> digits) =>
        digits.Length <= 40 ? Encoding.UTF8.GetString(digits) : $"{Encoding.UTF8.GetString(digits[..40])}…";

    private static StateValueJsonException NotAPair(long start) => new("each pair of a $map is an array of two: [key, value]", start);

    private static StateValueJsonException NotText(long start) =>
        new("the text is not valid Unicode (bytes that are not text are written as {\"$bytes\": \"base64\"})", start);

    private static StateValueJsonException NotATag(ReadOnlySpan<byte> name, long start) => new(
        $"{Shorten(name)} is not one of the tags $bytes, $float, $map (a table with such a key is written as {{\"$map\": [[key, value], …]}})", start);
}
