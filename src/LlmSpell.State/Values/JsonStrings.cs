using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <summary>What strings and names of JSON stand for, each until the next is read. Not thread-safe.</summary>
internal sealed class JsonStrings : IDisposable
{
    private readonly PooledBuffer _text = new();

    /// <summary>The text of the present string or name, as UTF-8.</summary>
    /// <exception cref="StateValueJsonException">It is not valid Unicode.</exception>
    internal ReadOnlySpan<byte> Read(ref Utf8JsonReader json)
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

    /// <summary>The bytes that the present token holds as base64.</summary>
    /// <param name="json">Stands on what should be a string.</param>
    /// <param name="tag">What the message calls it.</param>
    /// <exception cref="StateValueJsonException">It is not a string of base64.</exception>
    internal ReadOnlySpan<byte> ReadBase64(ref Utf8JsonReader json, string tag)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            // Whatever the text was, its decoded form is shorter, so it can be decoded in its own place.
            int length = Read(ref json).Length;
            if (Base64.DecodeFromUtf8InPlace(_text.WrittenSpan[..length], out int written) == OperationStatus.Done)
            {
                return _text.Written[..written];
            }
        }

        throw new StateValueJsonException($"{tag} is a string of base64", json.TokenStartIndex);
    }

    public void Dispose() => _text.Dispose();

    private static StateValueJsonException NotText(long start) =>
        new("the text is not valid Unicode (bytes that are not text are written as {\"$bytes\": \"base64\"})", start);
}
