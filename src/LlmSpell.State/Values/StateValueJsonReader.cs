using System.Text;
using System.Text.Json;
using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <summary>
/// Turns JSON, as <see cref="StateValueJson"/> describes it, into the MessagePack of a value. Can be used again; not thread-safe.
/// </summary>
internal sealed partial class StateValueJsonReader : IDisposable
{
    /// <summary>Allows the nesting of a value, each level of which may take three of JSON; deeper ones get a message of their own.</summary>
    internal static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };

    private readonly PooledBuffer _output = new();
    private readonly JsonStrings _text = new();
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
                _output.WriteString(_text.Read(ref json));
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
        if (json.TokenType == JsonTokenType.PropertyName && _text.Read(ref json) is [(byte)'$', ..])
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
            ReadOnlySpan<byte> name = _text.Read(ref json);
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
}
