using System.Text.Encodings.Web;
using System.Text.Json;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Cli.Commands.State.Transfer;

/// <summary>
/// Writes entries as lines of JSON. Each value is read back at once: where JSON would not give the same bytes again (MessagePack that
/// is not in its shortest form, a NaN with other bits, a key that stands twice), the line carries the bytes themselves. Not thread-safe.
/// </summary>
internal sealed class EntryLineWriter : IDisposable
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1000,
        SkipValidation = true,
    };

    private readonly PooledBuffer _output;
    private readonly PooledBuffer _value = new();
    private readonly Utf8JsonWriter _lineJson;
    private readonly Utf8JsonWriter _valueJson;
    private readonly StateValueJsonReader _proof = new(StateValue.MaxBytes);

    /// <param name="output">Takes the lines.</param>
    public EntryLineWriter(PooledBuffer output)
    {
        _output = output;
        _lineJson = new Utf8JsonWriter(output, Options);
        _valueJson = new Utf8JsonWriter(_value, Options);
    }

    /// <summary>Writes the entry on which a cursor stands.</summary>
    /// <exception cref="StateCorruptException">The entry is not what was stored.</exception>
    public void Write(IEntryCursor entry)
    {
        ReadOnlySpan<byte> value = entry.Value;
        if (EntryHash.Of(entry.Scope, entry.Key, value) != entry.Hash)
        {
            throw Damaged(entry, "does not match the hash beside it");
        }

        if (StateValueRules.Problem(value) is { } problem)
        {
            throw Damaged(entry, $"is not a value: {problem}");
        }

        _lineJson.Reset();
        _lineJson.WriteStartObject();
        _lineJson.WriteString("scope"u8, entry.Scope);
        _lineJson.WriteString("key"u8, entry.Key);
        _lineJson.WritePropertyName("value"u8);
        if (TryWriteValue(value))
        {
            _lineJson.WriteRawValue(_value.Written, skipInputValidation: true);
        }
        else
        {
            _lineJson.WriteStartObject();
            _lineJson.WriteBase64String("$msgpack"u8, value);
            _lineJson.WriteEndObject();
        }

        _lineJson.WriteString("modified_at"u8, StateTime.Exact(entry.ModifiedAt));
        _lineJson.WriteEndObject();
        _lineJson.Flush();
        _output.WriteByte((byte)'\n');
    }

    public void Dispose()
    {
        _lineJson.Dispose();
        _valueJson.Dispose();
        _value.Dispose();
        _proof.Dispose();
    }

    /// <summary>Writes the value as JSON; false if that would not be it again.</summary>
    private bool TryWriteValue(ReadOnlySpan<byte> value)
    {
        _value.Clear();
        _valueJson.Reset();
        StateValueJson.Write(_valueJson, value);
        _valueJson.Flush();
        try
        {
            Utf8JsonReader json = new(_value.Written, StateValueJsonReader.Options);
            json.Read();
            return _proof.Read(ref json).SequenceEqual(value);
        }
        catch (StateValueJsonException)
        {
            return false;
        }
    }

    private static StateCorruptException Damaged(IEntryCursor entry, string problem) =>
        StateArguments.Damaged(new StateKey(entry.Scope, entry.Key), problem);
}
