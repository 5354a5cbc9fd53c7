using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmSpell.Backup;

/// <summary>
/// The small files of a repository: one line of JSON, then one with its SHA-256, then nothing. See docs/format.md.
/// </summary>
internal static class SealedJson
{
    /// <summary>The longest such file, in bytes; nothing longer is read into memory.</summary>
    internal const int MaxBytes = 16 << 20;

    private const int DigestLength = 64;
    private const int MaxDepth = 16;

    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = MaxDepth,
        AllowDuplicateProperties = false,
    };

    // So that descriptions in any language can be read in the file; nothing here ends up in a web page.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A whole file: the fields that <see cref="JsonFields.CheckHeader"/> checks, then those of its kind.</summary>
    /// <param name="type">What the file is.</param>
    /// <param name="writeFields">Writes the other fields.</param>
    internal static byte[] Write(string type, Action<Utf8JsonWriter> writeFields)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteNumber("format", FormatVersion.Current);
            json.WriteStartArray("requires");
            json.WriteEndArray();
            writeFields(json);
            json.WriteEndObject();
        }

        return Seal(buffer.WrittenSpan);
    }

    /// <summary>Adds the seal to one line of JSON without its line feed.</summary>
    internal static byte[] Seal(ReadOnlySpan<byte> json)
    {
        byte[] file = new byte[json.Length + 1 + SealLength];
        json.CopyTo(file);
        file[json.Length] = (byte)'\n';
        WriteSeal(file.AsSpan(0, json.Length + 1), file.AsSpan(json.Length + 1));
        return file;
    }

    /// <summary>Checks the seal and reads what it covers.</summary>
    /// <param name="file">The file's path, for messages.</param>
    /// <param name="bytes">All its bytes.</param>
    /// <param name="read">Makes something of the content; what it throws for want of a proper value counts as damage.</param>
    /// <exception cref="BackupDamagedException">The bytes are not what was written.</exception>
    internal static T Read<T>(string file, ReadOnlyMemory<byte> bytes, Func<JsonFields, T> read)
    {
        int end = bytes.Span.IndexOf((byte)'\n') + 1;
        if (end == 0)
        {
            throw new BackupDamagedException(file, $"is cut short: its {bytes.Length} bytes hold no whole line");
        }

        Span<byte> expected = stackalloc byte[SealLength];
        WriteSeal(bytes.Span[..end], expected);
        if (!bytes.Span[end..].SequenceEqual(expected))
        {
            throw new BackupDamagedException(
                file,
                $"is damaged: its first line has the SHA-256 {Digest(expected)}, which the second line does not say in exactly the form expected");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes[..end], Strict);
            return read(new JsonFields(file, document.RootElement));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no valid Unicode.
            throw new BackupDamagedException(file, $"is damaged: {e.Message}", inner: e);
        }
    }

    private static int SealLength => "{\"sha256\":\"".Length + DigestLength + "\"}\n".Length;

    private static void WriteSeal(ReadOnlySpan<byte> line, Span<byte> seal)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(line, hash);
        "{\"sha256\":\""u8.CopyTo(seal);
        Convert.TryToHexStringLower(hash, seal["{\"sha256\":\"".Length..], out _);
        "\"}\n"u8.CopyTo(seal[^"\"}\n".Length..]);
    }

    private static string Digest(ReadOnlySpan<byte> seal) =>
        Encoding.ASCII.GetString(seal.Slice("{\"sha256\":\"".Length, DigestLength));
}
