using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <summary>
/// Values as JSON, without loss: what JSON lacks is tagged. <c>{"$bytes": "base64"}</c> is binary data,
/// <c>{"$float": "nan" | "inf" | "-inf"}</c> a float without a JSON number, <c>{"$map": [[key, value], …]}</c> a map with a key
/// that is not a string, or one whose real key looks like a tag. Floats always carry a point or an exponent, integers never.
/// </summary>
/// <remarks>
/// Reading what was written gives the same bytes back if they were written in the shortest form, as this library does; of a NaN
/// only that it is one is kept. A map in which a key stands twice is written as it is, and refused when that is read. <c>{"$msgpack": "base64"}</c> in place of a whole value is read as exactly these bytes.
/// </remarks>
public static class StateValueJson
{
    private const int LongestFloat = 40;

    // Parts of what Utf8JsonReader says, where it speaks of itself.
    private static readonly (string Part, string Meaning)[] ReaderMessages =
    [
        ("does not contain any JSON tokens", "there is nothing in it"),
        ("array contains a trailing comma", "a comma stands before the ]"),
        ("object contains a trailing comma", "a comma stands before the }"),
        ("Expected depth to be zero", "a { or [ is not closed"),
        ("Expected end of string, but instead reached end of data", "a string is not closed"),
        ("instead reached end of data", "it ends before it is complete"),
        ("maximum configured depth", "it is nested too deep"),
    ];

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 };

    /// <summary>The value as one line of JSON.</summary>
    public static string ToJson(StateValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Compact))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>Writes the value where the writer stands.</summary>
    public static void Write(Utf8JsonWriter writer, StateValue value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        Write(writer, value.Bytes.Span);
    }

    /// <summary>Writes a value that is known to be one.</summary>
    internal static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        MessagePackReader reader = new(value);
        WriteValue(writer, ref reader, depth: 0);
    }

    /// <summary>Reads one value, tags included.</summary>
    /// <exception cref="JsonException">It is not JSON, or not a value that the state can hold: null, an integer outside of 64
    /// bits, a float outside of its range, an unknown tag, a key that stands twice, or nested or large beyond the limits of
    /// <see cref="StateValue"/>. The message, the line and the byte in it (both from 0) say where.</exception>
    public static StateValue Parse(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            using StateValueJsonReader reader = new(StateValue.MaxBytes);
            Utf8JsonReader json = new(utf8Json, StateValueJsonReader.Options);
            json.Read();
            byte[] value = reader.Read(ref json).ToArray();
            json.Read();
            return StateValue.FromStored(value);
        }
        catch (StateValueJsonException error)
        {
            ReadOnlySpan<byte> before = utf8Json[..(int)error.Offset];
            throw At(error.Message, before.Count((byte)'\n'), before.Length - 1 - before.LastIndexOf((byte)'\n'), error);
        }
        catch (JsonException error)
        {
            throw At(Plain(error), error.LineNumber ?? 0, error.BytePositionInLine ?? 0, error);
        }
    }

    /// <summary>Reads one value; see the other overload.</summary>
    /// <exception cref="JsonException">See the other overload.</exception>
    /// <exception cref="ArgumentException">The text holds half of a surrogate pair.</exception>
    public static StateValue Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(KeyRules.StrictUtf8(json, nameof(json)));
    }

    /// <summary>What a JSON reader says, without the place that it appends and without its options, which nobody can change here.</summary>
    internal static string Plain(JsonException error)
    {
        string text = error.Message.Split(" LineNumber: ", 2)[0].TrimEnd('.');
        foreach ((string part, string meaning) in ReaderMessages)
        {
            if (text.Contains(part, StringComparison.Ordinal))
            {
                return meaning;
            }
        }

        return text;
    }

    private static JsonException At(string problem, long line, long place, Exception cause) =>
        new($"{problem} (line {line + 1}, byte {place + 1})", path: null, line, place, cause);

    private static void WriteValue(Utf8JsonWriter writer, ref MessagePackReader reader, int depth)
    {
        if (depth > StateValue.MaxDepth)
        {
            throw new MessagePackException($"nesting over {StateValue.MaxDepth} deep", reader.Position);
        }

        switch (reader.PeekKind())
        {
            case MessagePackKind.Boolean:
                writer.WriteBooleanValue(reader.ReadBoolean());
                break;
            case MessagePackKind.Integer:
                writer.WriteNumberValue(reader.ReadInteger());
                break;
            case MessagePackKind.Float:
                WriteFloat(writer, reader.ReadDouble());
                break;
            case MessagePackKind.String:
                writer.WriteStringValue(reader.ReadString());
                break;
            case MessagePackKind.Binary:
                writer.WriteStartObject();
                writer.WriteBase64String("$bytes"u8, reader.ReadBinary());
                writer.WriteEndObject();
                break;
            case MessagePackKind.Array:
                writer.WriteStartArray();
                for (int left = reader.ReadArrayHeader(); left > 0; left--)
                {
                    WriteValue(writer, ref reader, depth + 1);
                }

                writer.WriteEndArray();
                break;
            default:
                WriteMap(writer, ref reader, depth + 1);
                break;
        }
    }

    private static void WriteFloat(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            WriteFinite(writer, value);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("$float"u8, double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
        writer.WriteEndObject();
    }

    /// <summary>So that it is read as a float again: with a point or an exponent.</summary>
    private static void WriteFinite(Utf8JsonWriter writer, double value)
    {
        Span<byte> text = stackalloc byte[LongestFloat];
        value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        if (text[..length].IndexOfAny((byte)'.', (byte)'E') >= 0)
        {
            writer.WriteNumberValue(value);
        }
        else if (value == 0 && double.IsNegative(value))
        {
            // The one that no decimal has.
            writer.WriteRawValue("-0.0"u8, skipInputValidation: true);
        }
        else
        {
            // Not as raw text, for which the writer begins no line. Without an exponent it has at most 17 digits, which a decimal keeps.
            writer.WriteNumberValue(decimal.Parse(text[..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) * 1.0m);
        }
    }

    /// <param name="writer">Where to.</param>
    /// <param name="reader">Stands at the map.</param>
    /// <param name="inside">The depth of what is in it.</param>
    private static void WriteMap(Utf8JsonWriter writer, ref MessagePackReader reader, int inside)
    {
        MessagePackReader ahead = reader;
        bool plain = HasPlainKeys(ref ahead);
        int count = reader.ReadMapHeader();
        writer.WriteStartObject();
        if (!plain)
        {
            writer.WriteStartArray("$map"u8);
        }

        for (; count > 0; count--)
        {
            if (plain)
            {
                writer.WritePropertyName(reader.ReadString());
                WriteValue(writer, ref reader, inside);
                continue;
            }

            writer.WriteStartArray();
            WriteValue(writer, ref reader, inside);
            WriteValue(writer, ref reader, inside);
            writer.WriteEndArray();
        }

        if (!plain)
        {
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static bool HasPlainKeys(ref MessagePackReader reader)
    {
        for (int left = reader.ReadMapHeader(); left > 0; left--)
        {
            if (reader.PeekKind() != MessagePackKind.String || reader.ReadString() is [(byte)'$', ..])
            {
                return false;
            }

            reader.Skip();
        }

        return true;
    }
}
