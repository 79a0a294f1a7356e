using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Gateway.Hosting.Options;

/// <summary>
/// On a setting whose value no text may show. It is the framework's <c>[DataType(DataType.Password)]</c>, which projects below
/// this one may write instead.
/// </summary>
public sealed class SecretAttribute() : DataTypeAttribute(DataType.Password)
{
    internal static bool IsOn(MemberInfo setting) => setting.GetCustomAttribute<DataTypeAttribute>()?.DataType == DataType.Password;
}
