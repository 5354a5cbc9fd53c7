using System.Text;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Inspection;

/// <summary>Finds names for completion. Only raw access, and __index where it is a table: nothing runs.</summary>
internal static class FieldNames
{
    private const int MaxParents = 10;
    private const int MaxKeysRead = 10_000;
    private const int WorkingSlots = 16;

    internal static IReadOnlyList<FieldName> Find(LuaState state, IReadOnlyList<string> path, string prefix)
    {
        if (LuaApi.CheckStack(state, WorkingSlots) == 0)
        {
            return [];
        }

        int top = LuaApi.GetTop(state);
        var names = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        LuaApi.RawGetInteger(state, LuaApi.RegistryIndex, LuaApi.RegistryGlobals);
        foreach (string name in path)
        {
            ReplaceTopByField(state, name);
        }

        int left = MaxKeysRead;
        for (int parents = 0; parents <= MaxParents && left > 0; parents++)
        {
            if (LuaApi.TypeOf(state, -1) == LuaType.Table)
            {
                AddNames(state, Encoding.UTF8.GetBytes(prefix), names, ref left);
            }

            if (!ReplaceTopByParent(state))
            {
                break;
            }
        }

        LuaApi.SetTop(state, top);
        return [.. names.Select(pair => new FieldName(pair.Key, pair.Value))];
    }

    private static void ReplaceTopByField(LuaState state, string name)
    {
        int index = LuaApi.GetTop(state);
        for (int parents = 0; parents <= MaxParents; parents++)
        {
            if (LuaApi.TypeOf(state, -1) == LuaType.Table)
            {
                state.Push(name);
                if (LuaApi.RawGet(state, -2) != LuaType.Nil)
                {
                    break;
                }

                state.Pop();
            }

            if (parents == MaxParents || !ReplaceTopByParent(state))
            {
                state.PushNil();
                break;
            }
        }

        // The value takes the table's place, which the next step may use up.
        LuaApi.Copy(state, -1, index);
        LuaApi.SetTop(state, index);
    }

    /// <summary>The table that __index names, in place of the value; false if there is none.</summary>
    private static bool ReplaceTopByParent(LuaState state)
    {
        int index = LuaApi.GetTop(state);
        if (LuaApi.GetMetatable(state, index) == 0)
        {
            return false;
        }

        state.Push("__index"u8);
        bool isTable = LuaApi.RawGet(state, -2) == LuaType.Table;
        if (isTable)
        {
            LuaApi.Copy(state, -1, index);
        }

        LuaApi.SetTop(state, index);
        return isTable;
    }

    private static void AddNames(LuaState state, ReadOnlySpan<byte> prefix, SortedDictionary<string, bool> names, ref int left)
    {
        int table = LuaApi.GetTop(state);
        state.PushNil();
        while (LuaApi.Next(state, table) != 0 && left-- > 0)
        {
            if (LuaApi.TypeOf(state, -2) == LuaType.String)
            {
                ReadOnlySpan<byte> name = state.StringAt(-2);
                if (name.StartsWith(prefix) && LuaLiteral.IsName(name))
                {
                    names.TryAdd(Encoding.ASCII.GetString(name), LuaApi.TypeOf(state, -1) == LuaType.Function);
                }
            }

            state.Pop();
        }

        LuaApi.SetTop(state, table);
    }
}
