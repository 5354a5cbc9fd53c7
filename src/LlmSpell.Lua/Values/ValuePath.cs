using System.Globalization;
using System.Text;
using LlmSpell.Lua.Native;
using LlmSpell.State;

namespace LlmSpell.Lua.Values;

/// <summary>Names a place inside a value as a Lua expression would: <c>config.handlers[3]</c>.</summary>
internal static unsafe class ValuePath
{
    private const int MaxLength = 300;

    /// <param name="state">The coroutine, with the keys still on its stack.</param>
    /// <param name="root">The name of the whole value.</param>
    /// <param name="tables">The tables on the way, outermost first.</param>
    internal static string Describe(LuaState state, ReadOnlySpan<byte> root, ReadOnlySpan<ValueEncoder.OpenTable> tables)
    {
        StringBuilder path = new(Encoding.UTF8.GetString(root));
        foreach (ref readonly ValueEncoder.OpenTable table in tables)
        {
            if (table.KeyIndex == 0)
            {
                path.Append('[').Append(table.Position).Append(']');
            }
            else
            {
                AppendKey(path, state, table.KeyIndex);
            }
        }

        return path.Length <= MaxLength
            ? path.ToString()
            : $"{path.ToString(0, MaxLength / 2)} … {path.ToString(path.Length - (MaxLength / 2), MaxLength / 2)}";
    }

    private static void AppendKey(StringBuilder path, LuaState state, int index)
    {
        switch (LuaApi.TypeOf(state, index))
        {
            case LuaType.String when LuaName.Is(state.StringAt(index)):
                path.Append('.').Append(state.TextAt(index));
                break;
            case LuaType.String:
                path.Append("[\"").Append(state.TextAt(index).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
                    .Append("\"]");
                break;
            case LuaType.Boolean:
                path.Append(LuaApi.ToBoolean(state, index) != 0 ? "[true]" : "[false]");
                break;
            default:
                path.Append('[').Append(NumberText(state, index)).Append(']');
                break;
        }
    }

    private static string NumberText(LuaState state, int index) => LuaApi.IsInteger(state, index) != 0
        ? LuaApi.ToInteger(state, index, null).ToString(CultureInfo.InvariantCulture)
        : LuaApi.ToNumber(state, index, null).ToString("R", CultureInfo.InvariantCulture);
}
