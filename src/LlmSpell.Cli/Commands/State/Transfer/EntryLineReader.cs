using System.Text;
using System.Text.Json;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Cli.Commands.State.Transfer;

/// <summary>Reads lines as <see cref="EntryLineWriter"/> writes them. Can be used for one line after the other; not thread-safe.</summary>
/// <param name="maxValueBytes">The largest value taken, in bytes of MessagePack.</param>
internal sealed class EntryLineReader(int maxValueBytes) : IDisposable
{
    private readonly StateValueJsonReader _values = new(maxValueBytes);
    private readonly PooledBuffer _scope = new();
    private readonly PooledBuffer _key = new();
    private readonly PooledBuffer _value = new();

    [Flags]
    private enum Fields
    {
        None = 0,
        Scope = 1,
        Key = 2,
        Value = 4,
        ModifiedAt = 8,
        Required = Scope | Key | Value,
    }

    public ReadOnlySpan<byte> Scope => _scope.Written;

    public ReadOnlySpan<byte> Key => _key.Written;

    public ReadOnlySpan<byte> Value => _value.Written;

    /// <summary>In microseconds since the Unix epoch; null if the line does not say.</summary>
    public long? ModifiedAt { get; private set; }

    /// <summary>Reads one line.</summary>
    /// <exception cref="StateValueJsonException">It is not an entry.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public void Read(ReadOnlySpan<byte> line)
    {
        ModifiedAt = null;
        Utf8JsonReader json = new(line, StateValueJsonReader.Options);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new StateValueJsonException("a line is an object with scope, key and value", json.TokenStartIndex);
        }

        Fields seen = Fields.None;
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            long start = json.TokenStartIndex;
            Fields field = ReadField(ref json, start);
            if ((seen & field) != 0)
            {
                throw new StateValueJsonException("the same field stands twice", start);
            }

            seen |= field;
        }

        long end = json.TokenStartIndex;
        if ((seen & Fields.Required) != Fields.Required)
        {
            string missing = string.Join(" and ", new[] { Fields.Scope, Fields.Key, Fields.Value }.Where(field => !seen.HasFlag(field)).Select(field => field.ToString().ToLowerInvariant()));
            throw new StateValueJsonException($"the entry has no {missing}", end);
        }

        json.Read();
    }

    public void Dispose()
    {
        _values.Dispose();
        _scope.Dispose();
        _key.Dispose();
        _value.Dispose();
    }

    private Fields ReadField(ref Utf8JsonReader json, long start)
    {
        if (json.ValueTextEquals("scope"u8))
        {
            ReadName(ref json, _scope, "scope", StateKey.MaxScopeBytes);
            return Fields.Scope;
        }

        if (json.ValueTextEquals("key"u8))
        {
            ReadName(ref json, _key, "key", StateKey.MaxKeyBytes);
            return Fields.Key;
        }

        if (json.ValueTextEquals("value"u8))
        {
            json.Read();
            _value.Clear();
            _value.Write(_values.Read(ref json));
            return Fields.Value;
        }

        if (json.ValueTextEquals("modified_at"u8))
        {
            json.Read();
            ModifiedAt = ReadTime(ref json);
            return Fields.ModifiedAt;
        }

        if (json.ValueTextEquals("error"u8))
        {
            throw new StateValueJsonException("the export that wrote this did not come to its end", start);
        }

        throw new StateValueJsonException(
            $"{SafeName(ref json)} is not a field of an entry, which has scope, key, value and modified_at", start);
    }

    private static void ReadName(ref Utf8JsonReader json, PooledBuffer name, string part, int maxBytes)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.String)
        {
            throw new StateValueJsonException($"the {part} is not a string", json.TokenStartIndex);
        }

        name.Clear();
        try
        {
            name.Advance(json.CopyString(name.GetSpan(json.ValueSpan.Length)));
        }
        catch (InvalidOperationException)
        {
            throw new StateValueJsonException($"the {part} is not valid Unicode", json.TokenStartIndex);
        }

        if (KeyRules.Problem(name.Written, maxBytes) is { } problem)
        {
            throw new StateValueJsonException($"the {part} {problem}", json.TokenStartIndex);
        }
    }

    private static long ReadTime(ref Utf8JsonReader json)
    {
        long time =
            json.TokenType == JsonTokenType.String && !json.ValueIsEscaped && StateTime.TryParse(Encoding.UTF8.GetString(json.ValueSpan), out long moment) ? moment
            : json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long number) ? number
            : throw new StateValueJsonException("modified_at is a time such as \"2026-03-01T12:00:00.123456Z\", or the microseconds since 1970", json.TokenStartIndex);

        // No backup could be made of a state that holds such an entry.
        return UnixTime.Problem(time) is { } problem
            ? throw new StateValueJsonException($"the entry {problem}", json.TokenStartIndex)
            : time;
    }

    private static string SafeName(ref Utf8JsonReader json) =>
        json.ValueSpan.Length <= 40 ? Output.SafeText.OneLine(Encoding.UTF8.GetString(json.ValueSpan)) : "a long name";
}
