using System.Globalization;
using LlmSpell.Lua.Native;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.Values;

/// <summary>A number as Lua has them: an integer of 64 bits, or a float. Immutable.</summary>
internal readonly unsafe struct LuaNumber
{
    private readonly bool _isFloat;
    private readonly long _integer;
    private readonly double _float;

    internal LuaNumber(long value)
    {
        _integer = value;
    }

    internal LuaNumber(double value)
    {
        _isFloat = true;
        _float = value;
    }

    private double AsFloat => _isFloat ? _float : _integer;

    /// <summary>The number at a stack position, where one is known to stand.</summary>
    internal static LuaNumber At(LuaState state, int index) => LuaApi.IsInteger(state, index) != 0
        ? new LuaNumber(LuaApi.ToInteger(state, index, null))
        : new LuaNumber(LuaApi.ToNumber(state, index, null));

    /// <summary>The sum: an integer if both are, otherwise a float.</summary>
    /// <returns>False if the sum of two integers is none.</returns>
    internal static bool TryAdd(LuaNumber left, LuaNumber right, out LuaNumber sum)
    {
        if (left._isFloat || right._isFloat)
        {
            sum = new LuaNumber(left.AsFloat + right.AsFloat);
            return true;
        }

        long result = unchecked(left._integer + right._integer);
        sum = new LuaNumber(result);

        // It overflowed if both have the same sign and the result has the other.
        return ((left._integer ^ result) & (right._integer ^ result)) >= 0;
    }

    internal void Push(LuaState state)
    {
        if (_isFloat)
        {
            LuaApi.PushNumber(state, _float);
        }
        else
        {
            LuaApi.PushInteger(state, _integer);
        }
    }

    internal void Write(PooledBuffer buffer)
    {
        if (_isFloat)
        {
            buffer.WriteDouble(_float);
        }
        else
        {
            buffer.WriteInteger(_integer);
        }
    }

    public override string ToString() => _isFloat
        ? _float.ToString("R", CultureInfo.InvariantCulture)
        : _integer.ToString(CultureInfo.InvariantCulture);
}
