using System.Text;
using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <summary>
/// One value of the state, held as the MessagePack bytes that are stored. Immutable and thread-safe; equal if the bytes are.
/// </summary>
/// <remarks>
/// A value is a boolean, a 64-bit integer, a float, a string, binary data, an array or a map with scalar keys, nested at most
/// <see cref="MaxDepth"/> deep. Nil is no value: delete the key instead. What a store returns is looked at only when it is asked for: of a
/// store that is damaged, it may be no value, and then reading it throws <see cref="StateCorruptException"/>.
/// </remarks>
public sealed class StateValue : IEquatable<StateValue>
{
    /// <summary>How deep arrays and maps may stand in each other; a plain value has depth 0.</summary>
    public const int MaxDepth = 128;

    /// <summary>The largest value that any store takes, in bytes of MessagePack: 64 MiB.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>The largest value that a store takes unless it is told otherwise, in bytes of MessagePack: 16 MiB.</summary>
    public const int DefaultMaxBytes = 16 << 20;

    private readonly ReadOnlyMemory<byte> _bytes;

    private StateValue(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>The value's MessagePack bytes, exactly as stored.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>What the value is.</summary>
    public StateValueKind Kind => new MessagePackReader(_bytes.Span).PeekKind() switch
    {
        MessagePackKind.Boolean => StateValueKind.Boolean,
        MessagePackKind.Integer => StateValueKind.Integer,
        MessagePackKind.Float => StateValueKind.Float,
        MessagePackKind.String => StateValueKind.String,
        MessagePackKind.Binary => StateValueKind.Binary,
        MessagePackKind.Array => StateValueKind.Array,
        _ => StateValueKind.Map,
    };

    /// <summary>Takes MessagePack bytes, which are checked and copied.</summary>
    /// <exception cref="ArgumentException">They are not exactly one value of the kinds that the state can hold.</exception>
    public static StateValue FromMessagePack(ReadOnlySpan<byte> bytes)
    {
        return StateValueRules.Problem(bytes) is { } problem
            ? throw new ArgumentException($"Not a value that the state can hold: {problem}.", nameof(bytes))
            : new StateValue(bytes.ToArray());
    }

    /// <summary>Takes over bytes that a backend returned.</summary>
    internal static StateValue FromStored(byte[] bytes) => new(bytes);

    /// <summary>A boolean.</summary>
    public static StateValue From(bool value) => Write(buffer => buffer.WriteBoolean(value));

    /// <summary>An integer.</summary>
    public static StateValue From(long value) => Write(buffer => buffer.WriteInteger(value));

    /// <summary>An integer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is larger than <see cref="long.MaxValue"/>: integers are Lua's, and have a sign.</exception>
    public static StateValue From(ulong value) => value <= long.MaxValue
        ? From((long)value)
        : throw new ArgumentOutOfRangeException(
            nameof(value), value, $"Integers of the state go up to {long.MaxValue}: store a larger one as text or bytes, or as a float by (double)value.");

    /// <summary>A float.</summary>
    public static StateValue From(double value) => Write(buffer => buffer.WriteDouble(value));

    /// <summary>Text.</summary>
    /// <exception cref="ArgumentException">It holds half of a surrogate pair.</exception>
    public static StateValue From(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        byte[] utf8 = KeyRules.StrictUtf8(value, nameof(value));
        return Write(buffer => buffer.WriteString(utf8));
    }

    /// <summary>Binary data, copied.</summary>
    public static StateValue From(ReadOnlySpan<byte> value)
    {
        byte[] copy = value.ToArray();
        return Write(buffer => buffer.WriteBinary(copy));
    }

    /// <summary>An array of values.</summary>
    /// <exception cref="ArgumentException">An item is null, the nesting is too deep, or it takes more than <see cref="MaxBytes"/>.</exception>
    public static StateValue Array(params IReadOnlyList<StateValue> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Checked(buffer =>
        {
            buffer.WriteArrayHeader(items.Count);
            foreach (StateValue item in items)
            {
                ArgumentNullException.ThrowIfNull(item, nameof(items));
                Add(buffer, item);
            }
        });
    }

    /// <summary>A map; later pairs with the same key win when it is read.</summary>
    /// <exception cref="ArgumentException">
    /// A key or a value is null, a key is an array or a map, the nesting is too deep, or it takes more than <see cref="MaxBytes"/>.
    /// </exception>
    public static StateValue Map(params IReadOnlyList<KeyValuePair<StateValue, StateValue>> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return Checked(buffer =>
        {
            buffer.WriteMapHeader(fields.Count);
            foreach ((StateValue key, StateValue value) in fields)
            {
                ArgumentNullException.ThrowIfNull(key, nameof(fields));
                ArgumentNullException.ThrowIfNull(value, nameof(fields));
                Add(buffer, key);
                Add(buffer, value);
            }
        });
    }

    /// <summary>A map with string keys.</summary>
    /// <exception cref="ArgumentException">
    /// A value is null, a key holds half of a surrogate pair, the nesting is too deep, or it takes more than <see cref="MaxBytes"/>.
    /// </exception>
    public static StateValue Map(IReadOnlyDictionary<string, StateValue> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return Map([.. fields.Select(field => KeyValuePair.Create(From(field.Key), field.Value))]);
    }

    /// <summary>The boolean.</summary>
    /// <exception cref="InvalidOperationException">The value is something else.</exception>
    public bool AsBoolean() => Expect(StateValueKind.Boolean).ReadBoolean();

    /// <summary>The integer.</summary>
    /// <exception cref="InvalidOperationException">The value is something else.</exception>
    public long AsInteger() => Expect(StateValueKind.Integer).ReadInteger();

    /// <summary>The float.</summary>
    /// <exception cref="InvalidOperationException">The value is something else.</exception>
    public double AsFloat() => Expect(StateValueKind.Float).ReadDouble();

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">The value is something else.</exception>
    public string AsString() => Encoding.UTF8.GetString(Expect(StateValueKind.String).ReadString());

    /// <summary>The binary data.</summary>
    /// <exception cref="InvalidOperationException">The value is something else.</exception>
    public byte[] AsBinary() => Expect(StateValueKind.Binary).ReadBinary().ToArray();

    /// <summary>The elements of an array.</summary>
    /// <exception cref="InvalidOperationException">The value is something else.</exception>
    public IReadOnlyList<StateValue> AsArray()
    {
        MessagePackReader reader = Expect(StateValueKind.Array);
        StateValue[] items = new StateValue[reader.ReadArrayHeader()];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = ReadNested(ref reader);
        }

        return items;
    }

    /// <summary>The pairs of a map, in the order in which they are stored.</summary>
    /// <exception cref="InvalidOperationException">The value is something else.</exception>
    public IReadOnlyList<KeyValuePair<StateValue, StateValue>> AsMap()
    {
        MessagePackReader reader = Expect(StateValueKind.Map);
        KeyValuePair<StateValue, StateValue>[] fields = new KeyValuePair<StateValue, StateValue>[reader.ReadMapHeader()];
        for (int i = 0; i < fields.Length; i++)
        {
            StateValue key = ReadNested(ref reader);
            fields[i] = KeyValuePair.Create(key, ReadNested(ref reader));
        }

        return fields;
    }

    /// <inheritdoc/>
    public bool Equals(StateValue? other) => other is not null && _bytes.Span.SequenceEqual(other._bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StateValue);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The value as JSON; see <see cref="StateValueJson"/>.</summary>
    public override string ToString() => StateValueJson.ToJson(this);

    /// <summary>A boolean.</summary>
    public static implicit operator StateValue(bool value) => From(value);

    /// <summary>An integer.</summary>
    public static implicit operator StateValue(long value) => From(value);

    /// <summary>An integer.</summary>
    public static implicit operator StateValue(int value) => From((long)value);

    /// <summary>An integer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is larger than <see cref="long.MaxValue"/>.</exception>
    // Without it C# takes the one for double, which loses digits. Next to it, the unsigned types below it would be ambiguous without their own.
    public static implicit operator StateValue(ulong value) => From(value);

    /// <summary>An integer.</summary>
    public static implicit operator StateValue(uint value) => From((long)value);

    /// <summary>An integer.</summary>
    public static implicit operator StateValue(ushort value) => From((long)value);

    /// <summary>An integer.</summary>
    public static implicit operator StateValue(byte value) => From((long)value);

    /// <summary>A float.</summary>
    public static implicit operator StateValue(double value) => From(value);

    /// <summary>Text.</summary>
    public static implicit operator StateValue(string value) => From(value);

    private StateValue ReadNested(ref MessagePackReader reader)
    {
        int start = reader.Position;
        reader.Skip();
        return new StateValue(_bytes[start..reader.Position]);
    }

    private MessagePackReader Expect(StateValueKind kind)
    {
        return Kind == kind
            ? new MessagePackReader(_bytes.Span)
            : throw new InvalidOperationException($"The value is of kind {Kind}, not {kind}.");
    }

    private static StateValue Checked(Action<PooledBuffer> write)
    {
        StateValue value = Write(write);
        return StateValueRules.Problem(value._bytes.Span) is { } problem
            ? throw new ArgumentException($"Not a value that the state can hold: {problem}.")
            : value;
    }

    // Before it is copied: many values that may be the same one can add up to more than there is memory.
    private static void Add(PooledBuffer buffer, StateValue item)
    {
        if ((long)buffer.Length + item._bytes.Length > MaxBytes)
        {
            throw new ArgumentException($"Not a value that the state can hold: it takes over {MaxBytes} bytes.");
        }

        buffer.Write(item._bytes.Span);
    }

    private static StateValue Write(Action<PooledBuffer> write)
    {
        using PooledBuffer buffer = new();
        write(buffer);
        return new StateValue(buffer.Written.ToArray());
    }
}
