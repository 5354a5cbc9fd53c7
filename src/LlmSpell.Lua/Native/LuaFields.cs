namespace LlmSpell.Lua.Native;

/// <summary>Sets fields of the table on the top of a stack.</summary>
internal static class LuaFields
{
    internal static void NewTable(this LuaState state) => LuaApi.CreateTable(state, 0, 0);

    internal static void SetField(this LuaState state, ReadOnlySpan<byte> name, long value)
    {
        state.Push(name);
        state.Push(value);
        LuaApi.RawSet(state, -3);
    }

    internal static void SetField(this LuaState state, ReadOnlySpan<byte> name, bool value)
    {
        state.Push(name);
        state.Push(value);
        LuaApi.RawSet(state, -3);
    }

    /// <summary>A null sets nothing: the field is nil.</summary>
    internal static void SetField(this LuaState state, ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
        {
            return;
        }

        state.Push(name);
        state.Push(value);
        LuaApi.RawSet(state, -3);
    }

    /// <summary>Sets an array of strings.</summary>
    internal static void SetField(this LuaState state, ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        state.Push(name);
        state.PushArray(values, static (state, value) => state.Push(value));
        LuaApi.RawSet(state, -3);
    }

    /// <summary>Pushes an array, each element by a function that pushes one value.</summary>
    internal static void PushArray<T>(this LuaState state, IEnumerable<T> items, Action<LuaState, T> push)
    {
        state.NewTable();
        int index = 0;
        foreach (T item in items)
        {
            push(state, item);
            LuaApi.RawSetInteger(state, -2, ++index);
        }
    }
}
