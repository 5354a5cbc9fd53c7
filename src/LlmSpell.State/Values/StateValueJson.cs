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
public static class StateValueJson
{
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
        MessagePackReader reader = new(value.Bytes.Span);
        WriteValue(writer, ref reader);
    }

    private static void WriteValue(Utf8JsonWriter writer, ref MessagePackReader reader)
    {
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
                    WriteValue(writer, ref reader);
                }

                writer.WriteEndArray();
                break;
            default:
                WriteMap(writer, ref reader);
                break;
        }
    }

    private static void WriteFloat(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            string text = value.ToString("R", CultureInfo.InvariantCulture);
            writer.WriteRawValue(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text, skipInputValidation: true);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("$float"u8, double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
        writer.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter writer, ref MessagePackReader reader)
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
                WriteValue(writer, ref reader);
                continue;
            }

            writer.WriteStartArray();
            WriteValue(writer, ref reader);
            WriteValue(writer, ref reader);
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
